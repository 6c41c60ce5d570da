import { execFileSync } from "node:child_process";
import path from "node:path";

import { expect } from "@playwright/test";

import { DAY } from "./days";
import { callTool } from "./mcp";
import type { Aidoo } from "./servers";
import type { Session } from "./session";

/** The database's times of a key that its warnings go by, in days before now. */
interface Ages {
  created_at?: number;
  last_used_at?: number;
  rotated_at?: number;
}

/** In Python, which the tests need anyhow: Node 20 cannot open SQLite. A server that writes is waited for. */
const UPDATE = `
import json, sqlite3, sys
file, key, times = sys.argv[1], bytes.fromhex(sys.argv[2]), json.loads(sys.argv[3])
columns = ", ".join(f"{column} = ?" for column in times)
with sqlite3.connect(file, timeout=10) as database:
    done = database.execute(f"UPDATE api_keys SET {columns} WHERE id = ?", [*times.values(), key])
sys.exit(0 if done.rowcount == 1 else f"{done.rowcount} keys were changed")
`;

/** Makes a key as old as that, in the database of its server, which may go on running: nobody waits a month for one. */
export function age(server: Aidoo, key: string, ages: Ages): void {
  const micros = Object.entries(ages).map(([column, days]) => [column, (Date.now() - days * DAY) * 1000]);
  const times = JSON.stringify(Object.fromEntries(micros));
  const file = path.join(server.data, "aidoo.db");
  execFileSync(process.env.PYTHON ?? "python3", ["-c", UPDATE, file, key.replace(/^key_/, ""), times]);
}

/** Makes a key of 40 days that has searched and never written, so that its page offers to take `write` away. */
export async function neverWrote(owner: Session, name: string): Promise<{ id: string; key: string }> {
  const { company, server } = owner;
  const made = await owner.key(name, "query read write");
  await callTool(server.url, made.key, "aidoo_query", { model: "res.partner", limit: 1 });
  age(server, made.id, { created_at: 40 });
  // Calls are counted within a second.
  const unused = () => owner.json<{ unused: string }>("api_keys/detail", { company, key: made.id });
  await expect.poll(async () => (await unused()).unused).toBe("write");
  return made;
}
