// Checks Kubernetes manifests (YAML on standard input) against the published schemas, and refuses fields the schema does not have.
//   kubectl kustomize k8s | node check-manifests.mjs
// Prints one line per manifest; exits with 1 when one is wrong.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const require = createRequire(import.meta.url);
const yaml = require("js-yaml");

// The compiled schemas tolerate unknown fields but read every field they know: what is never read is unknown to them.
function spyOn(value, path, read) {
  if (value === null || typeof value !== "object") return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key !== "string") return target[key];
      read.add(`${path}/${key}`);
      return spyOn(target[key], `${path}/${key}`, read);
    },
  });
}

function* pathsOf(value, path) {
  if (value === null || typeof value !== "object") return;
  for (const [key, child] of Object.entries(value)) {
    yield `${path}/${key}`;
    yield* pathsOf(child, `${path}/${key}`);
  }
}

function problems(manifest) {
  let Model;
  try {
    Model = require(`kubernetes-models/${manifest.apiVersion}/${manifest.kind}`)[manifest.kind];
  } catch {
    return [`there is no ${manifest.apiVersion} ${manifest.kind}`];
  }
  const found = [];
  try {
    new Model(manifest).validate();
  } catch (error) {
    found.push(error.message);
  }
  const read = new Set();
  try {
    Model.prototype.validate.call(spyOn(manifest, "", read));
  } catch {
    // Already reported above; here only the reads count.
  }
  const unknown = [...pathsOf(manifest, "")].filter((path) => !read.has(path));
  const outermost = unknown.filter((path) => !unknown.some((other) => path.startsWith(`${other}/`)));
  return [...found, ...outermost.map((path) => `unknown field ${path}`)];
}

let wrong = 0;
for (const manifest of yaml.loadAll(readFileSync(0, "utf8"))) {
  if (!manifest) continue;
  const found = problems(manifest);
  console.log(`${manifest.kind} ${manifest.metadata?.name}: ${found.length ? found.join("; ") : "ok"}`);
  if (found.length) wrong++;
}
process.exit(wrong ? 1 : 0);
