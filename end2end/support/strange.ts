import { expect } from "@playwright/test";

import { callTool } from "./mcp";
import type { Session } from "./session";

/** Names of at most 80 characters: written from the right, drawn, stacked, unbroken, and made to run. */
export const STRANGE = {
  arabic: "مفتاح المحاسبة ‏(الربع الرابع) عبد الرحمن بن محمد",
  emoji: "🧾👩‍💻🏳️‍🌈🇧🇪 receipts 🥐🥖🍞",
  stacked: `Z${"̴̧̛͎̗".repeat(6)}a${"̸̢͓".repeat(8)}lgo`,
  unbroken: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
  script: "<script>document.title='ran'</script><img src=x onerror=document.title='ran'>",
  formula: "=cmd()|'/C calc'!A0",
};
/** All of them. */
export const NAMES = Object.values(STRANGE);
const PASSWORD = "harvest-violin-ember-61";

/** Gives a company all of that to show, wherever somebody can type. Gives the keys' ids by their names. */
export async function typeStrangeThings(owner: Session): Promise<Map<string, string>> {
  const { company, server } = owner;
  const made = new Map<string, string>();
  let everything = "";
  for (const name of NAMES) {
    const { id, key } = await owner.key(name, "query read create write execute schema report workflow");
    made.set(name, id);
    everything = key;
  }
  // People, who choose their own names.
  const fields = (more: Record<string, string>) =>
    Object.fromEntries(Object.entries(more).map(([name, value]) => [`input[${name}]`, value]));
  for (const [at, name] of NAMES.entries()) {
    const email = `${"a".repeat(at * 10 + 1)}@strange.example`;
    const { url } = await owner.invite(email);
    if (at === NAMES.length - 1) continue;
    const token = url.split("/").pop()!;
    const answer = await fetch(`${server.url}/api/accounts/accept_as_new`, {
      method: "POST",
      headers: { Origin: server.url, Accept: "application/json" },
      body: new URLSearchParams(fields({ token, name, password: PASSWORD })),
    });
    expect(answer.ok, await answer.text()).toBe(true);
  }
  await owner.form("settings/save_profile", fields({ name: STRANGE.unbroken, time_zone: "", language: "en" }));
  await owner.form("companies/rename", fields({ company, name: STRANGE.unbroken }));

  // Workflows, with their inputs and steps.
  for (const name of NAMES) {
    const definition = {
      inputs: [{ name: "who", label: name, kind: "text" }],
      steps: [
        {
          name: "find",
          title: name,
          action: "query",
          arguments: { model: "res.partner", domain: [["name", "=", { $: "input.who" }]], limit: 1 },
        },
      ],
    };
    await owner.json("workflows/save", { input: { company, workflow: null, name, description: name, definition } });
  }

  // Records of Odoo, in calls that are shown, refused and waiting.
  const call = (tool: string, args: Record<string, unknown>) => callTool(server.url, everything, tool, args);
  const found = (await call("aidoo_query", { model: "res.partner", limit: 1 })).structured as { records: { id: number }[] };
  const ids = [found.records[0].id];
  const { gateway } = await owner.form<{ gateway: Record<string, unknown> }>("policies/policies", { company });
  const rules = (write: string) =>
    owner.form("policies/set_gateway", {
      ...fields({ company, create: "preview", write, execute: "preview", workflow: "preview" }),
      ...fields({ calls_per_minute: String(gateway.calls_per_minute), writes_per_minute: String(gateway.writes_per_minute) }),
      ...fields({ record_arguments: "on", open_models: "", closed_models: "", secret_fields: "", open_methods: "" }),
    });
  await rules("dashboard");
  for (const name of NAMES) await call("aidoo_write", { model: "res.partner", ids, values: { name, city: name } });
  await rules("preview");
  for (const name of NAMES) await call("aidoo_query", { model: name, domain: [["name", "=", name]] });
  return made;
}
