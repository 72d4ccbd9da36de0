using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.MapData;

namespace Flow.StatesLanguage.States;

/// <summary>ItemReader: where a distributed Map gets its items.</summary>
internal sealed record ItemReader(Template? Arguments, ItemFormat Format, IReadOnlyList<string>? CsvHeaders, char CsvDelimiter, string ItemsPointer, Sourced<double?>? MaxItems);

/// <summary>ItemBatcher: several items to an iteration.</summary>
internal sealed record ItemBatcher(Sourced<double?>? MaxItems, Sourced<double?>? MaxBytes, Template? BatchInput);

/// <summary>ResultWriter: where the results go; without a bucket only how they are shaped.</summary>
internal sealed record ResultWriter(Template? Arguments, bool AsLines, string Transformation);
