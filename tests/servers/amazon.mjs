// SQS and SNS for the tests, on the loopback interface only; prints its port. It ends with its standard input, hence with whoever started it.
import { buildApp } from "../tools/node_modules/fauxqs/dist/app.js";

const app = buildApp({ logger: false });
// As far away as AWS is, if asked for: each request waits so many milliseconds first.
const latency = Number(process.env.FLOW_AMAZON_LATENCY_MS ?? 0);
if (latency > 0) app.addHook("onRequest", (_request, _reply, done) => setTimeout(done, latency));
await app.listen({ host: "127.0.0.1", port: Number(process.argv[2] ?? 0) });
console.log(app.server.address().port);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
