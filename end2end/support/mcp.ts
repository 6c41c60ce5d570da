import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

/** Calls a tool over /mcp with this key, as a client of the official SDK does. */
export async function callTool(
  url: string,
  key: string,
  name: string,
  args: Record<string, unknown>,
): Promise<{ isError?: boolean; text: string; structured: unknown }> {
  const client = new Client({ name: "end2end", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers: { Authorization: `Bearer ${key}` } },
  });
  await client.connect(transport);
  try {
    const result = await client.callTool({ name, arguments: args });
    const content = result.content as { type: string; text?: string }[];
    const text = content.map((part) => part.text ?? "").join("\n");
    return { isError: result.isError as boolean, text, structured: result.structuredContent };
  } finally {
    await client.close();
  }
}

/** The status with which /mcp answers a key, which this client brings. */
export async function statusOf(url: string, key: string, client = "end2end"): Promise<number> {
  const answer = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "User-Agent": client,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });
  await answer.text();
  return answer.status;
}
