// SQS and SNS for the tests, on the loopback interface only; prints its port. It ends with its standard input, hence with whoever started it.
import { buildApp } from "../tools/node_modules/fauxqs/dist/app.js";

const app = buildApp({ logger: false });
await app.listen({ host: "127.0.0.1", port: Number(process.argv[2] ?? 0) });
console.log(app.server.address().port);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
