// Runs the conformance suite of the protocol's authors against a development build, which has what the suite wants
// to find, for one revision of the protocol:
//
//     AIDOO_PROGRAM=… node mcp/conformance.mjs 2026-07-28 REPORT
//
// The suite sends no credential, so it speaks to a small proxy that adds one. Scenarios that cannot apply
// are listed in conformance-REVISION.yml with the reason; one that is listed and passes is a failure, so
// the list does not grow old. REPORT gets the count of scenarios.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { freePort, startDemo } from "./server.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, "programs/node_modules");

/** Passes everything on as it came, the Host too, with the key. */
function startProxy(port, target, key) {
  const { hostname, port: targetPort } = new URL(target);
  const proxy = http.createServer((request, response) => {
    const headers = { ...request.headers, authorization: `Bearer ${key}` };
    const { method, url } = request;
    const onward = http.request({ hostname, port: targetPort, method, path: url, headers });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  return new Promise((resolve) => proxy.listen(port, "127.0.0.1", () => resolve(proxy)));
}

/** Runs the suite and gives its exit code and what it said. */
function runSuite(url, revision, folder) {
  const suite = path.join(modules, "@modelcontextprotocol/conformance/dist/index.js");
  const baseline = path.join(here, `conformance-${revision}.yml`);
  const args = ["server", "--url", url, "--requirements", revision, "-o", folder];
  const child = spawn(
    path.join(modules, ".bin/node"),
    [suite, ...args, "--expected-failures", baseline],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, said })));
}

const [revision, report] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), "aidoo-conformance-"));
const port = await freePort();
// The suite's address is the public one: it says which Host and Origin are the server's own.
process.env.AIDOO_CONFORMANCE = "true";
process.env.AIDOO_PUBLIC_URL = `http://localhost:${port}`;
const aidoo = await startDemo();
const proxy = await startProxy(port, aidoo.url, aidoo.key);
const { code, said } = await runSuite(`http://localhost:${port}/mcp`, revision, folder);
proxy.closeAllConnections();
proxy.close();
await aidoo.stop();
rmSync(folder, { recursive: true, force: true });

const summary = said.slice(said.indexOf("=== SUMMARY ==="));
console.log(summary);
const listed = readFileSync(path.join(here, `conformance-${revision}.yml`), "utf8");
const scenarios = [...summary.matchAll(/^([✓✗]) (\S+): (\d+) passed, \d+ failed/gm)];
const passed = scenarios.filter(
  // One in which nothing was checked has not passed.
  ([, mark, name, checks]) => mark === "✓" && checks !== "0" && !listed.includes(`- ${name}\n`),
).length;
// What fails without being listed, or is listed and passes, decides the exit code.
const failed = code === 0 ? 0 : 1;
writeFileSync(report, JSON.stringify({ passed, failed, skipped: scenarios.length - passed - failed }));
process.exit(code);
