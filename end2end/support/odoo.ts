import { once } from "node:events";
import { type IncomingMessage, type Server, createServer, request } from "node:http";
import { type AddressInfo } from "node:net";

/** An Odoo server that has more databases than the one behind it. */
export interface Listing {
  /** Its address, without a slash at the end. */
  url: string;
  /** How many requests have come. */
  asked(): number;
  stop(): Promise<void>;
}

/** Starts a server that lists `databases` and passes on all other questions to the Odoo at `behind`. */
export async function listing(behind: string, databases: string[]): Promise<Listing> {
  let count = 0;
  const server = createServer((asked, answer) => {
    count += 1;
    void body(asked).then((content) => {
      if (asksForList(content)) {
        const { id } = JSON.parse(content.toString()) as { id: unknown };
        answer.setHeader("content-type", "application/json");
        answer.end(JSON.stringify({ jsonrpc: "2.0", id, result: databases }));
        return;
      }
      const { host: _, ...headers } = asked.headers;
      const passed = request(`${behind}${asked.url}`, { method: asked.method, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      });
      passed.on("error", () => answer.writeHead(502).end());
      passed.end(content);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked: () => count, stop: () => closed(server) };
}

async function body(asked: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Whether a call is `db.list` of Odoo's JSON-RPC. */
function asksForList(content: Buffer): boolean {
  try {
    const { params } = JSON.parse(content.toString()) as { params?: { service?: string; method?: string } };
    return params?.service === "db" && params.method === "list";
  } catch {
    return false;
  }
}

async function closed(server: Server): Promise<void> {
  const end = once(server, "close");
  server.close();
  server.closeAllConnections();
  await end;
}
