import { dateIn } from "./days";
import { callTool } from "./mcp";
import type { Aidoo } from "./servers";
import { Session } from "./session";

const EVERYTHING = "query read create write execute schema report workflow";

/** What a filled company has, for whoever looks at it. */
export interface Filled {
  owner: Session;
  /** Ids of keys that somebody may open. */
  keys: { used: string; expiring: string; admins: string; members: string };
}

/** Waits longer than it takes until calls, within a second, and the use of keys, within two, are on record and open pages hear of it. */
export async function allIsOnRecord(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 4_000));
}

interface Rules {
  calls_per_minute: number;
  writes_per_minute: number;
}

/**
 * Gives every page of the demonstration's company something to show: keys in several states, an invitation,
 * answered, refused and waiting calls, workflows, notices. Always the same, in the same order.
 */
export async function fill(server: Aidoo): Promise<Filled> {
  const [owner, admin] = [await Session.of(server, "OWNER"), await Session.of(server, "ADMIN")];
  const { company } = owner;
  const members = await owner.members();
  const idris = members.get(server.env.AIDOO_MEMBER_EMAIL)!;

  const used = await owner.key("Everything, for the end of the month", EVERYTHING);
  const expiring = await owner.key("Reporting for the accountants", "query read schema report", { expiry: { date: dateIn(5) } });
  const admins = await admin.key("Windsurf - Anna", "query read schema");
  const members1 = await owner.key("Cursor - Idris", "query read schema", { member: idris });
  const revoked = await owner.key("An old laptop", "query read");
  await owner.form("api_keys/revoke", { "input[company]": company, "input[key]": revoked.id });
  await owner.invite("grete.sommer@nordwind.example");

  await confirm(owner, { write: "dashboard" });
  const call = (tool: string, args: Record<string, unknown>) => callTool(server.url, used.key, tool, args);
  const found = await call("aidoo_query", { model: "res.partner", limit: 1 });
  const ids = [(found.structured as { records: { id: number }[] }).records[0].id];
  await call("aidoo_read", { model: "res.partner", ids, fields: ["name", "city"] });
  await call("aidoo_write", { model: "res.partner", ids, values: { city: "Namur" } });
  await call("aidoo_read", { model: "ir.mail_server", ids: [1], fields: ["name"] });
  await callTool(server.url, members1.key, "aidoo_query", { model: "purchase.order", limit: 5 });
  await confirm(owner, {});

  const quotations = await workflow(owner, "sale.order.action_confirm", "Month-end quotations");
  await tryOut(owner, quotations);
  await owner.form("workflows/validate", { "input[company]": company, "input[workflow]": quotations });
  await tryOut(owner, await workflow(owner, "purchase.order.button_confirm", "Late purchase orders"));
  return { owner, keys: { used: used.id, expiring: expiring.id, admins: admins.id, members: members1.id } };
}

interface Definition {
  inputs: object[];
  steps: { arguments: { model: string } }[];
}

/** What a workflow does, as it is written down. */
async function definitionOf(owner: Session, workflow: string): Promise<Definition> {
  const asked = { "input[company]": owner.company, "input[workflow]": workflow };
  const { whole } = await owner.form<{ whole: string }>("workflows/draft", asked);
  return (JSON.parse(whole) as { definition: Definition }).definition;
}

/** Makes a workflow of an action of Odoo, in words that are the company's own and no page's. Gives its id. */
export async function workflow(owner: Session, template: string, name: string): Promise<string> {
  const { company } = owner;
  const id = await owner.form<string>("workflows/use_template", { "input[company]": company, "input[template]": template });
  await rename(owner, id, name);
  return id;
}

/** Saves a workflow under another name, and its parts too. */
export async function rename(owner: Session, id: string, name: string): Promise<void> {
  const { company } = owner;
  const { inputs, steps } = await definitionOf(owner, id);
  const definition = {
    inputs: inputs.map((input) => ({ ...input, label: "Which one" })),
    steps: steps.map((step, at) => ({ ...step, title: `${name}, part ${at + 1}` })),
  };
  const input = { company, workflow: id, name, description: `${name}, one after the other.`, definition };
  await owner.json("workflows/save", { input });
}

/** Tries every step of a workflow that begins with an action of Odoo, on the first record that it would take, and gives that. */
export async function tryOut(owner: Session, id: string): Promise<number> {
  const { company } = owner;
  const definition = await definitionOf(owner, id);
  const { steps } = definition;
  const input = { "input[company]": company, "input[model]": steps[0].arguments.model, "input[search]": "" };
  const { found } = await owner.form<{ found: { id: number }[] }>("workflows/records", input);
  for (const { id: record } of found) {
    const tried = await owner.json<{ problem?: string | null }[]>("workflows/try_steps", {
      input: { company, workflow: id, name: "Tried", definition, inputs: { record }, steps: steps.length },
    });
    if (tried.length === steps.length && tried.every((step) => !step.problem)) return record;
  }
  throw new Error(`no record of ${steps[0].arguments.model} is in a state that the workflow takes`);
}

/** Sets how changes are confirmed; what is not named is previewed. */
export async function confirm(owner: Session, modes: Record<string, string>): Promise<void> {
  const { company } = owner;
  const { gateway } = await owner.form<{ gateway: Rules }>("policies/policies", { company });
  const fields: Record<string, string> = {
    "input[company]": company,
    "input[calls_per_minute]": String(gateway.calls_per_minute),
    "input[writes_per_minute]": String(gateway.writes_per_minute),
    "input[open_models]": "",
    "input[closed_models]": "",
    "input[secret_fields]": "",
    "input[open_methods]": "",
  };
  for (const name of ["create", "write", "execute", "workflow"]) fields[`input[${name}]`] = modes[name] ?? "preview";
  await owner.form("policies/set_gateway", fields);
}
