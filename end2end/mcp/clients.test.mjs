// Both majors of the TypeScript SDK on both transports, as a client uses them.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import * as v2 from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { LATEST, startDemo } from "./server.mjs";

let aidoo;
before(async () => {
  aidoo = await startDemo();
});
after(() => aidoo?.stop());

const v1 = { Client, SSEClientTransport, StreamableHTTPClientTransport };
const auto = { versionNegotiation: { mode: "auto" } };
const ways = {
  "1.x over /mcp": { sdk: v1, connect: overMcp },
  "1.x over /sse": { sdk: v1, connect: overSse },
  "2.x over /mcp": { sdk: v2, connect: overMcp, options: auto, revision: "2026-07-28" },
  "2.x over /mcp, initialize era": { sdk: v2, connect: overMcp, revision: "2025-11-25" },
  "2.x over /sse": { sdk: v2, connect: overSse },
};

function overMcp(sdk, headers) {
  return new sdk.StreamableHTTPClientTransport(new URL(`${aidoo.url}/mcp`), {
    requestInit: { headers },
  });
}

function overSse(sdk, headers) {
  return new sdk.SSEClientTransport(new URL(`${aidoo.url}/sse`), {
    requestInit: { headers },
    eventSourceInit: {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...headers } }),
    },
  });
}

async function withClient({ sdk, connect, options }, key, use) {
  const client = new sdk.Client({ name: "end2end", version: "1" }, options);
  await client.connect(connect(sdk, { Authorization: `Bearer ${key}` }));
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

for (const [name, way] of Object.entries(ways)) {
  describe(name, () => {
    if (way.revision) {
      test(`speaks ${way.revision}`, async () => {
        const revision = await withClient(way, aidoo.key, (client) =>
          client.getNegotiatedProtocolVersion(),
        );
        assert.equal(revision, way.revision);
      });
    }

    test("the list is what the key allows, in a fixed order", async () => {
      const { tools } = await withClient(way, aidoo.key, (client) => client.listTools());
      assert.deepEqual(
        tools.map((tool) => tool.name),
        ["aidoo_context", "aidoo_query", "aidoo_read", "aidoo_schema"],
      );
    });

    test("my five latest purchase orders", async () => {
      const result = await withClient(way, aidoo.key, async (client) => {
        // The SDK checks an answer against the output schema of a tool that it has listed.
        await client.listTools();
        return client.callTool({
          name: "aidoo_query",
          arguments: { model: "purchase.order", ...LATEST },
        });
      });
      assert.notEqual(result.isError, true, JSON.stringify(result));
      const { records } = result.structuredContent;
      assert.equal(records.length, 5);
      assert.deepEqual(
        records.map(({ id, name }) => ({ id, name })),
        await aidoo.latestOrders(),
      );
      const dates = records.map((record) => record.date_order.utc);
      assert.deepEqual(dates, [...dates].sort().reverse());
    });

    test("every tool's answer fits its output schema", async () => {
      await withClient(way, aidoo.key, async (client) => {
        await client.listTools();
        for (const [tool, args] of [
          ["aidoo_context", {}],
          ["aidoo_query", { model: "res.partner", count_only: true }],
          ["aidoo_read", { model: "res.partner", ids: [1, 2, 999999] }],
          ["aidoo_schema", { search: "invoice" }],
          ["aidoo_schema", { model: "sale.order" }],
        ]) {
          const result = await client.callTool({ name: tool, arguments: args });
          assert.notEqual(result.isError, true, JSON.stringify(result));
        }
      });
    });

    test("a wrong key is refused", async () => {
      const wrong = `aid_live_${"0".repeat(40)}`;
      await assert.rejects(withClient(way, wrong, (client) => client.listTools()), /401|Unauthorized|invalid/i);
    });
  });
}
