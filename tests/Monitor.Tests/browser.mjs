// Looks at the monitor with a real browser. Arguments: address of the monitor, id of the run that will appear, folder for pictures or "-".
// Says READY when the first page is open; then the test tells of the run; ends with one line of JSON: what was found.
import { createRequire } from "node:module";
const { chromium } = createRequire(process.env.FLOW_TEST_PLAYWRIGHT + "/")("playwright-core");
const [address, runId, pictures] = process.argv.slice(2);
const faults = [];
const check = (condition, fault) => { if (!condition) faults.push(fault); };

const browser = await chromium.launch({ executablePath: process.env.FLOW_TEST_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] });

const open = async (options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("console", message => message.type() === "error" && !/404|409/.test(message.text()) && faults.push("console: " + message.text()));
  page.on("pageerror", error => faults.push("script: " + error));
  page.on("dialog", dialog => { faults.push("a script of the data ran"); dialog.dismiss(); });
  page.on("request", request => { if (!request.url().startsWith(address)) faults.push("request to " + request.url()); });
  return page;
};

// Text must stand out from what is behind it by 4.5 to 1 (WCAG AA), fields must have names, and nothing may be wider than the window.
const inspect = () => {
  const faults = [];
  const parse = color => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.length < 4 || color[3] > 0.99) return color;
    }
    return parse(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(0,0,0)" : "rgb(255,255,255)");
  };
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.nodeValue.trim());
    if (!own || !element.getClientRects().length || element.closest("svg,.sr,.skip,option")) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)} of "${element.textContent.trim().slice(0, 30)}"`);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]),select"))
    if (!field.labels?.length) faults.push("field without a label: " + field.name);
  if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);
  if (!document.querySelector("h1")) faults.push("no h1");
  return faults;
};

const visit = async (page, path, name) => {
  await page.goto(address + path, { waitUntil: "load" });
  for (const fault of await page.evaluate(inspect)) faults.push(`${path} (${name}): ${fault}`);
  if (pictures !== "-") await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: !name.startsWith("runs-") });
};

const page = await open();
await page.goto(address + "/", { waitUntil: "load" });
await page.keyboard.press("Tab");
check(await page.evaluate(() => document.activeElement.textContent === "Skip to content"), "the first Tab does not reach the skip link");
await page.fill("input[name=text]", "half typed");
await page.evaluate(() => { window.sameDocument = true; });
console.log("READY");
await page.waitForSelector(`[data-key="${runId}"]`, { timeout: 20000 });
check(await page.evaluate(() => window.sameDocument === true), "the page was loaded anew instead of being refreshed in place");
check(await page.evaluate(() => document.activeElement.name === "text" && document.activeElement.value === "half typed"), "the refresh took the focus or the typed text");
check(await page.textContent("#pulse") === "Live", "the page does not say that it is live");
await page.click(`[data-key="${runId}"] a`);
await page.waitForURL(address + "/runs/" + runId);

await page.goto(address + "/dead-letters", { waitUntil: "load" });
const letterId = await page.getAttribute("#list tbody tr", "data-key");
await page.check(`#list tr[data-key="${letterId}"] input[type=checkbox]`);
await page.waitForResponse(response => response.url() === address + "/dead-letters");
await page.waitForResponse(response => response.url() === address + "/dead-letters");
check(await page.isChecked(`#list tr[data-key="${letterId}"] input[type=checkbox]`), "the refresh took the selection");
await page.click("text=Archive selected");
await page.waitForSelector(`#list tr[data-key="${letterId}"]`, { state: "detached" });
check((await page.textContent("#acts")).includes("1 archived"), "what was done is not shown");
await page.goto(`${address}/dead-letters/${letterId}`, { waitUntil: "load" });
check(await page.textContent("#status") === "Archived", "the letter does not say that it is archived");
await page.fill("textarea[name=edited]", "not json");
await page.click("button[value=Replay]");
check((await page.textContent("[role=alert]")).includes("The input is not JSON"), "a wrong input is not refused");
await page.click("button[value=Delete]");
await page.waitForURL(address + "/dead-letters");
check((await page.textContent("#acts")).includes("1 deleted"), "the deletion is not shown");
const letterPath = "/dead-letters/" + await page.getAttribute("#list tbody tr", "data-key");

for (const scheme of ["light", "dark"]) {
  for (const [device, viewport] of Object.entries({ desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 800 } })) {
    const looked = await open({ colorScheme: scheme, viewport });
    for (const [name, path] of Object.entries({ runs: "/", none: "/?text=matches-nothing", run: "/runs/" + runId, unknown: "/runs/none", workers: "/workers", letters: "/dead-letters", letter: letterPath, rejections: "/rejections" }))
      await visit(looked, path, `${name}-${device}-${scheme}`);
    await looked.context().close();
  }
}

const plain = await open({ javaScriptEnabled: false });
await plain.goto(address + "/", { waitUntil: "load" });
await plain.fill("input[name=text]", "matches-nothing");
await plain.press("input[name=text]", "Enter");
await plain.waitForURL(/text=matches-nothing/);
check((await plain.textContent("main")).includes("No run matches"), "the filter does not work without scripts");

await browser.close();
console.log(JSON.stringify(faults));
