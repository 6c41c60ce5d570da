// Programs that people put between Aidoo and what they work with: the Inspector's command line, and the
// bridge mcp-remote. They are installed in mcp/programs, with the Node that the Inspector wants.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

import { startDemo } from "./server.mjs";

const modules = fileURLToPath(new URL("programs/node_modules", import.meta.url));
const program = (...parts) => path.join(modules, ...parts);
const node = program(".bin", "node");
const tools = ["aidoo_context", "aidoo_query", "aidoo_read", "aidoo_schema"];
const wrongKey = `aid_live_${"0".repeat(40)}`;

let aidoo;
let home;
before(async () => {
  home = mkdtempSync(path.join(tmpdir(), "aidoo-programs-"));
  aidoo = await startDemo();
});
after(async () => {
  await aidoo?.stop();
  rmSync(home, { recursive: true, force: true });
});

describe("the Inspector's command line", () => {
  for (const transport of ["mcp", "sse"]) {
    test(`lists over /${transport}`, async () => {
      const { status, output } = await inspect(transport, aidoo.key, ["--method", "tools/list"]);
      assert.equal(status, 0, output);
      assert.deepEqual(
        JSON.parse(output).tools.map((tool) => tool.name),
        tools,
      );
    });

    test(`calls over /${transport}`, async () => {
      const call = ["--method", "tools/call", "--tool-name", "aidoo_query"];
      const args = ["--tool-arg", "model=purchase.order", "limit=5"];
      const { status, output } = await inspect(transport, aidoo.key, [...call, ...args]);
      assert.equal(status, 0, output);
      assert.equal(JSON.parse(output).structuredContent.records.length, 5);
    });

    test(`is refused over /${transport} with a wrong key`, async () => {
      const { status } = await inspect(transport, wrongKey, ["--method", "tools/list"]);
      assert.notEqual(status, 0);
    });
  }
});

function inspect(transport, key, args) {
  const launcher = program("@modelcontextprotocol/inspector/clients/launcher/build/index.js");
  const server = ["--cli", `${aidoo.url}/${transport}`];
  const header = ["--header", `Authorization: Bearer ${key}`];
  return new Promise((resolve) => {
    const options = { env: { ...process.env, HOME: home }, timeout: 60_000 };
    execFile(node, [launcher, ...server, ...args, ...header], options, (error, output, noise) => {
      resolve({ status: error ? (error.code ?? -1) : 0, output: output || noise });
    });
  });
}

describe("mcp-remote", () => {
  for (const [name, transport, options] of [
    ["over /mcp", "mcp", ["--transport", "http-only"]],
    ["over /mcp, 2026-07-28", "mcp", ["--transport", "http-only", "--protocol", "auto"]],
    ["over /sse", "sse", ["--transport", "sse-only"]],
  ]) {
    test(`lists and calls ${name}`, async () => {
      const client = new Client({ name: "end2end", version: "1" });
      const headers = path.join(home, "headers.txt");
      writeFileSync(headers, `Authorization: Bearer ${aidoo.key}\n`, { mode: 0o600 });
      const bridge = new StdioClientTransport({
        command: node,
        args: [
          program("mcp-remote/dist/proxy.js"),
          `${aidoo.url}/${transport}`,
          ...options,
          ...["--header-file", headers, "--silent"],
        ],
        env: { ...process.env, HOME: home },
      });
      await client.connect(bridge);
      try {
        const listed = await client.listTools();
        assert.deepEqual(
          listed.tools.map((tool) => tool.name),
          tools,
        );
        const context = await client.callTool({ name: "aidoo_context", arguments: {} });
        assert.equal(context.structuredContent.odoo.status, "linked", JSON.stringify(context));
        const query = { model: "purchase.order", limit: 5 };
        const found = await client.callTool({ name: "aidoo_query", arguments: query });
        assert.equal(found.structuredContent.records.length, 5, JSON.stringify(found));
      } finally {
        await client.close();
      }
    });
  }
});
