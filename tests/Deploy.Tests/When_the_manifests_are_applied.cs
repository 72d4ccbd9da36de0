using YamlDotNet.RepresentationModel;

namespace Flow.Deploy.Tests;

public sealed class When_the_manifests_are_applied
{
    private const string Checker = "tests/tools/check-manifests.mjs";

    [Theory]
    [InlineData("k8s")]
    [InlineData("deploy/kubernetes-example")]
    public async Task Should_be_what_the_schemas_of_Kubernetes_allow(string directory) => (await CheckAsync(await BuildAsync(directory))).ShouldBeGood();

    [Theory]
    [InlineData("periodSeconds:", "periodSecond:", "unknown field")]
    [InlineData("replicas: 2", "replicas: two", "must be integer")]
    [InlineData("kind: Job", "kind: Jobs", "there is no batch/v1 Jobs")]
    public async Task Should_catch_a_manifest_that_is_not(string right, string wrong, string message)
    {
        var built = await BuildAsync("k8s");

        var verdict = await CheckAsync(built.Replace(right, wrong, StringComparison.Ordinal));

        verdict.ExitCode.ShouldBe(1);
        verdict.Output.ShouldContain(message);
    }

    [Fact]
    public async Task Should_leave_namespace_and_secrets_to_the_cluster()
    {
        var manifests = Manifest.Parse(await BuildAsync("k8s"));

        manifests.ShouldAllBe(manifest => Manifest.Find(manifest, "metadata", "namespace") == null && Manifest.Text(manifest, "kind") != "Secret");
        foreach (var variable in Containers(manifests).SelectMany(container => Manifest.Items(container, "env")))
            Manifest.Find(variable, "valueFrom", "secretKeyRef").ShouldNotBeNull($"{Manifest.Text(variable, "name")} is given in clear");
    }

    [Fact]
    public async Task Should_lock_every_container_down()
    {
        var manifests = Manifest.Parse(await BuildAsync("k8s"));
        var containers = Containers(manifests).ToList();

        containers.Count.ShouldBe(4);
        foreach (var pod in manifests.Select(manifest => Manifest.Find(manifest, "spec", "template", "spec")).OfType<YamlNode>())
            Manifest.Text(pod, "securityContext", "runAsNonRoot").ShouldBe("true");
        foreach (var container in containers)
        {
            Manifest.Text(container, "securityContext", "readOnlyRootFilesystem").ShouldBe("true");
            Manifest.Text(container, "securityContext", "allowPrivilegeEscalation").ShouldBe("false");
            Manifest.Text(container, "securityContext", "capabilities", "drop", "0").ShouldBe("ALL");
            Manifest.Find(container, "resources", "requests", "cpu").ShouldNotBeNull();
            Manifest.Find(container, "resources", "limits", "memory").ShouldNotBeNull();
        }
    }

    // capability 145
    [Fact]
    public async Task Should_probe_every_service()
    {
        var services = Containers(Manifest.Parse(await BuildAsync("k8s"))).Where(container => Manifest.Text(container, "name") != "migrate").ToList();

        services.Count.ShouldBe(3);
        foreach (var service in services)
        {
            Manifest.Text(service, "startupProbe", "httpGet", "path").ShouldBe("/health/live");
            Manifest.Text(service, "livenessProbe", "httpGet", "path").ShouldBe("/health/live");
            Manifest.Text(service, "readinessProbe", "httpGet", "path").ShouldBe("/health/ready");
            Manifest.Text(service, "ports", "0", "containerPort").ShouldBe("8080");
        }
    }

    [Fact]
    public async Task Should_select_pods_that_exist()
    {
        var manifests = Manifest.Parse(await BuildAsync("k8s"));
        var labels = manifests.Select(manifest => Manifest.Find(manifest, "spec", "template", "metadata", "labels", "app.kubernetes.io/name")?.ToString()).OfType<string>().ToList();

        foreach (var selecting in manifests.Where(manifest => Manifest.Text(manifest, "kind") is "Service"))
            labels.ShouldContain(Manifest.Text(selecting, "spec", "selector", "app.kubernetes.io/name"));
        foreach (var selecting in manifests.Where(manifest => Manifest.Text(manifest, "kind") is "PodDisruptionBudget" or "Deployment"))
            labels.ShouldContain(Manifest.Text(selecting, "spec", "selector", "matchLabels", "app.kubernetes.io/name"));
    }

    private static IEnumerable<YamlNode> Containers(IEnumerable<YamlNode> manifests) =>
        manifests.SelectMany(manifest => Manifest.Items(manifest, "spec", "template", "spec", "containers"));

    private static async Task<string> BuildAsync(string directory)
    {
        var verdict = await Tool.RunAsync("kubectl", "kustomize", directory);
        verdict.ShouldBeGood();
        return verdict.Output;
    }

    private static Task<Verdict> CheckAsync(string manifests)
    {
        Assert.SkipUnless(Directory.Exists(Repository.PathOf("tests/tools/node_modules/kubernetes-models")), "the packages of tests/tools are not installed: run ./test.sh");
        return Tool.RunAsync("node", manifests, [Checker]);
    }
}
