// Writes the inputs that both sides measure on: the same at every run.
import { mkdirSync, writeFileSync } from 'node:fs';

const [folder] = process.argv.slice(2);
const countries = ['AT', 'BR', 'CA', 'DE', 'ES', 'FR', 'IT', 'JP'];

const order = number => ({
  id: `order-${String(number).padStart(5, '0')}`,
  status: ['open', 'paid', 'shipped'][number % 3],
  placedAt: 1_767_225_600_000 + number * 3_723_001,
  total: (number * 7919 % 20_000) / 100,
  customer: { name: `Customer ${number % 97}`, email: `customer.${number % 97}@example.com`, country: countries[number % countries.length] },
  items: Array.from({ length: 1 + number % 4 }, (_, line) => ({
    sku: `SKU-${number * 31 % 1000}-${line}`, price: (number * 104_729 % 5_000) / 100, quantity: 1 + (number + line) % 5, tags: ['new', 'sale'].slice(0, line % 3),
  })),
});

mkdirSync(folder, { recursive: true });
for (const [name, orders] of [['small', 3], ['large', 1000]]) {
  const input = { store: { name: 'North', city: 'Graz' }, orders: Array.from({ length: orders }, (_, number) => order(number)) };
  writeFileSync(`${folder}/${name}.json`, JSON.stringify(input));
}
