// The network goes away in the middle of a form about Odoo, the policies, the workflows or a change that waits. What was typed
// stays, a line says so, and sending it again works and does nothing twice.

import { Workflows } from "../pages/workflows";
import { confirm, tryOut, workflow } from "../support/fill";
import { filledServer } from "../support/filled";
import { callTool } from "../support/mcp";
import { OFFLINE, UNREACHABLE, losesAnswer, survivesCuts, survivesLoss, survivesSilence } from "../support/network";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hasParts, hydrated, test, visit } from "../support/test";

const filled = filledServer();

test("the policies, each form by itself", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/policies");
  const saved = page.getByText("Saved. It applies from the next call on.");
  const methods = page.getByLabel("Methods to open");
  const longest = page.getByLabel("At most, in days");
  const ceiling = page.getByRole("group", { name: /Keys of members may/i }).getByRole("checkbox", { name: /^report/ });
  // What stands unsaved in one form outlives the saving of the others.
  await methods.fill("sale.order.message_post");
  await longest.fill("400");
  await ceiling.uncheck();

  const around = (button: string) => page.locator("form").filter({ has: page.getByRole("button", { name: button, exact: true }) });
  const sends = (button: string) => () => page.getByRole("button", { name: button, exact: true }).click();
  const ceilings = { endpoint: "policies/set_ceilings", around: around("Save the permissions"), typed: [ceiling, longest, methods] };
  await survivesCuts(page, { ...ceilings, send: sends("Save the permissions") });
  await expect(saved).toHaveCount(1);
  await expect(longest).toHaveValue("400");
  await expect(methods).toHaveValue("sale.order.message_post");

  const keys = { endpoint: "policies/set_key_rules", around: around("Save the rules for keys"), typed: [longest, methods] };
  await survivesCuts(page, { ...keys, send: sends("Save the rules for keys") });
  await expect(saved).toHaveCount(2);
  await expect(methods).toHaveValue("sale.order.message_post");

  const gateway = { endpoint: "policies/set_gateway", around: around("Save the rules for calls"), typed: [longest, methods] };
  await survivesCuts(page, { ...gateway, send: sends("Save the rules for calls") });
  await expect(saved).toHaveCount(3);
  await page.reload();
  await hydrated(page);
  await expect(longest).toHaveValue("400");
  await expect(methods).toHaveValue("sale.order.message_post");
  await expect(ceiling).not.toBeChecked();
});

test("the Odoo connection and one's account there", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/odoo");
  await page.getByText("Change or test the connection").click();
  const connection = page.getByRole("region", { name: "The company’s Odoo" });
  const address = connection.getByLabel("Address");
  const database = connection.getByLabel("Database");
  await address.fill(filled.server.env.AIDOO_DEMO_ODOO_URL);
  await database.fill(filled.server.env.AIDOO_DEMO_ODOO_DATABASE);
  const typed = [address, database];
  const test1 = () => connection.getByRole("button", { name: "Test", exact: true }).click();
  await survivesSilence(page, { endpoint: "connections/probe", around: connection, typed, send: test1 });
  await test1();
  await expect(connection.getByText(/This is Odoo .+ which|answers over/).first()).toBeVisible();
  const save = () => connection.getByRole("button", { name: "Test and save" }).click();
  await survivesCuts(page, { endpoint: "connections/save", around: connection, typed, send: save });
  await expect(page.getByText("The connection works and is saved.")).toBeVisible();

  const account = page.getByRole("region", { name: "Your Odoo account" });
  const [login, secret] = [account.getByLabel("Login in Odoo"), account.getByLabel("Odoo API key", { exact: true })];
  await visit(page, "/odoo");
  await account.getByText("Replace the login or the API key").click();
  await login.fill(filled.server.env.AIDOO_OWNER_ODOO_LOGIN);
  await secret.fill(filled.server.env.AIDOO_OWNER_ODOO_KEY);
  const link = () => account.getByRole("button", { name: "Replace" }).click();
  await survivesCuts(page, { endpoint: "connections/link", around: account, typed: [login, secret], send: link });
  await expect(page.getByText("Your Odoo account works and is linked.")).toBeVisible();
});

test("a workflow that is being built", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/workflows");
  await page.getByRole("link", { name: "Edit" }).first().click();
  const builder = page.getByRole("region", { name: "Edit the workflow" });
  const name = builder.getByLabel("Name", { exact: true }).first();
  const about = builder.getByLabel("What it is for");
  await name.fill("Built in a tunnel");
  await about.fill("For the trains.");
  const send = () => builder.getByRole("button", { name: "Save the draft" }).click();
  // The stream of news breaks too, and what is typed outlives its return.
  const news = page.waitForResponse(/\/events/, { timeout: 20_000 });
  await survivesSilence(page, { endpoint: "workflows/save", around: builder, typed: [name, about], send });
  await news.catch(() => undefined);
  await expect(name).toHaveValue("Built in a tunnel");
  await losesAnswer(page, "workflows/save");
  await send();
  await expect(builder.getByRole("alert")).toContainText(UNREACHABLE);
  await send();
  await expect(page.getByRole("heading", { name: "Built in a tunnel" })).toHaveCount(1);
});

test("a workflow that is new is made once, although the answer got lost", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  const workflows = new Workflows(page);
  await visit(page, "/workflows?edit=new");
  const builder = page.getByRole("region", { name: "New workflow" });
  const step = await workflows.step(1);
  await step.does("Find records", "Find contacts");
  await step.about("partner", "res.partner");
  const typed = [
    builder.getByLabel("Name", { exact: true }),
    builder.getByLabel("What it is for", { exact: true }),
    step.box.getByLabel("Title", { exact: true }),
    step.box.getByLabel("What it is about", { exact: true }),
  ];
  await typed[0].fill("Begun in a tunnel");
  await typed[1].fill("For the trains.");
  const send = () => builder.getByRole("button", { name: "Save the draft" }).click();
  await survivesCuts(page, { endpoint: "workflows/save", around: builder, typed, send });
  await expect(builder).toHaveCount(0);
  await visit(page, "/workflows");
  await expect(workflows.card("Begun in a tunnel")).toHaveCount(1);
});

test("a workflow from a template: made, tried, validated, accepted and removed", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/workflows");
  // The part of the page that is fetched once somebody points at a button comes before the cut.
  if (await hasParts(page)) {
    const part = page.waitForResponse(/split_workflow_builder/);
    await page.getByRole("button", { name: "Make a draft" }).hover();
    await part;
  }

  await test.step("made", async () => {
    const action = page.getByLabel("Action", { exact: true });
    await action.selectOption("sale.order.action_cancel");
    const send = () => page.getByRole("button", { name: "Make a draft" }).click();
    const drafts = page.getByRole("article").filter({ has: page.getByText("Draft", { exact: true }) });
    const before = await drafts.count();
    await survivesSilence(page, { endpoint: "workflows/use_template", around: page, typed: [action], send });
    await send();
    await expect(drafts).toHaveCount(before + 1);
    await expect(page.getByRole("alert")).toHaveCount(0);
  });

  await test.step("validated", async () => {
    // While it is being done its button says so.
    const drafts = page.getByRole("button", { name: /^Validat(e|ing)/ });
    const before = await drafts.count();
    const send = () => drafts.first().click();
    await survivesSilence(page, { endpoint: "workflows/validate", around: page, typed: [], send });
    await send();
    await expect(drafts).toHaveCount(before - 1);
  });

  await test.step("accepted", async () => {
    const asked = page.getByRole("button", { name: "Let it run as me" });
    const before = await asked.count();
    const send = () => asked.first().click();
    await survivesSilence(page, { endpoint: "workflows/accept", around: page, typed: [], send });
    await losesAnswer(page, "workflows/accept");
    await send();
    // It was done, and the news says so.
    await expect(asked).toHaveCount(before - 1);
  });

  await test.step("tried", async () => {
    const id = await workflow(filled.owner, "purchase.order.button_confirm", "Tried in a tunnel");
    const record = await tryOut(filled.owner, id);
    await visit(page, `/workflows?edit=${id}`);
    const builder = page.getByRole("region", { name: "Edit the workflow" });
    const typed = [builder.getByLabel("Name", { exact: true }).first(), builder.getByLabel("Try with")];
    await typed[0].fill("Tried on a train");
    await typed[1].fill(String(record));
    const send = () => builder.getByRole("button", { name: "Try up to here" }).last().click();
    await survivesCuts(page, { endpoint: "workflows/try_steps", around: builder, typed, send });
    await expect(builder.getByText(/nothing has changed/).first()).toBeVisible();
    await expect(builder.getByRole("alert")).toHaveCount(0);
    await expect(typed[0]).toHaveValue("Tried on a train");
  });

  await test.step("removed", async () => {
    await visit(page, "/workflows");
    const removes = page.getByRole("link", { name: "Remove" });
    const before = await removes.count();
    await removes.first().click();
    const dialog = page.getByRole("dialog");
    // What it is made of is fetched first.
    await expect(dialog).toBeVisible();
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesSilence(page, { endpoint: "workflows/archive", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(removes).toHaveCount(before - 1);
  });
});

test("a change is decided once, and told as decided, although the answer gets lost", async ({ browserOf }) => {
  const { owner } = filled;
  const page = await (await browserOf(filled.server, await signedIn(owner), OFFLINE)).newPage();
  const { key } = await owner.key("Asks in a tunnel", "query write");
  await confirm(owner, { write: "dashboard" });
  const found = await callTool(filled.server.url, key, "aidoo_query", { model: "res.partner", limit: 2 });
  const cities = ["Ghent", "Bruges"];
  for (const [at, { id }] of (found.structured as { records: { id: number }[] }).records.entries()) {
    await callTool(filled.server.url, key, "aidoo_write", { model: "res.partner", ids: [id], values: { city: cities[at] } });
  }
  const change = (city: string) => page.getByRole("article").filter({ hasText: city });

  await test.step("the news says so", async () => {
    await visit(page, "/approvals");
    const send = () => change("Ghent").getByRole("button", { name: "Approve" }).click();
    await survivesLoss(page, { endpoint: "approvals/decide", around: page, typed: [], send });
    await expect(change("Ghent").getByText("Approved", { exact: true })).toBeVisible();
    await expect(change("Ghent").getByRole("button")).toHaveCount(0);
  });

  await test.step("and where no news comes, the next try", async () => {
    await page.route(/\/events\?/, (route) => route.abort());
    await visit(page, "/approvals");
    const send = () => change("Bruges").getByRole("button", { name: "Refuse" }).click();
    await survivesLoss(page, { endpoint: "approvals/decide", around: page, typed: [], send });
    await send();
    await expect(page.getByRole("alert")).toHaveText("This change was already decided, or its time is over.");
    await page.unrouteAll();
    await expect(change("Bruges").getByText("Refused", { exact: true })).toBeVisible({ timeout: 40_000 });
  });
  await confirm(owner, {});
});

test("a draft from a template and a version are made once, although the answers get lost", async ({ browserOf }) => {
  const { owner } = filled;
  const name = "Validated in a tunnel";
  await tryOut(owner, await workflow(owner, "purchase.order.button_confirm", name));
  const page = await (await browserOf(filled.server, await signedIn(owner), OFFLINE)).newPage();
  await visit(page, "/workflows");

  await test.step("a draft", async () => {
    const action = page.getByLabel("Action", { exact: true });
    await action.selectOption("purchase.order.button_cancel");
    const drafts = page.getByRole("article").filter({ has: page.getByText("Draft", { exact: true }) });
    const before = await drafts.count();
    const send = () => page.getByRole("button", { name: "Make a draft" }).click();
    await survivesLoss(page, { endpoint: "workflows/use_template", around: page, typed: [action], send });
    await expect(drafts).toHaveCount(before + 1);
    await send();
    await expect(page.getByRole("alert")).toHaveCount(0);
    await visit(page, "/workflows");
    await expect(drafts).toHaveCount(before + 1);
  });

  await test.step("a version", async () => {
    const card = page.getByRole("article", { name });
    const send = () => card.getByRole("button", { name: "Validate" }).click();
    await survivesLoss(page, { endpoint: "workflows/validate", around: page, typed: [], send });
    await expect(card).toContainText("Version 1");
    await expect(card.getByRole("button", { name: "Validate" })).toHaveCount(0);
  });
});

test("what the builder looks up in Odoo says why it does not come, and comes when it is asked again", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  const cut = (name: string) => page.route((url) => url.pathname === `/api/workflows/${name}`, (route) => route.abort());
  const told = page.getByText(UNREACHABLE);
  await visit(page, "/workflows?edit=new");
  const workflows = new Workflows(page);
  const step = await workflows.step(1);
  await step.does("Find records", "Find contacts");
  const model = step.box.getByLabel("What it is about", { exact: true });

  await test.step("models by their names", async () => {
    await cut("models");
    await model.fill("contact");
    await expect(told).toBeVisible();
    await accessible(page);
    await page.unrouteAll();
    await model.fill("contacts");
    await expect(told).toBeHidden();
  });

  await test.step("a model's fields", async () => {
    await cut("model");
    await model.fill("res.partner");
    await model.press("Tab");
    await expect(told).toBeVisible();
    await page.unrouteAll();
    await step.box.getByRole("button", { name: "Reload" }).click();
    await expect(told).toBeHidden();
    await expect(step.box.getByLabel("Add a field", { exact: true }).locator("option", { hasText: "Email" })).toHaveCount(1);
  });

  await test.step("records by their names", async () => {
    const condition = await step.condition(1, "parent_id");
    const record = condition.getByRole("combobox").last();
    await cut("records");
    await record.fill("Azure");
    await expect(told).toBeVisible();
    await page.unrouteAll();
    await record.fill("Azur");
    await expect(told).toBeHidden();
  });
  await expect(model).toHaveValue("res.partner");
});

test("the question before a workflow is removed says why it does not come, and comes when it is asked again", async ({ browserOf }) => {
  const { owner } = filled;
  const name = "Asked about in a tunnel";
  await workflow(owner, "purchase.order.button_confirm", name);
  const page = await (await browserOf(filled.server, await signedIn(owner), OFFLINE)).newPage();
  await visit(page, "/workflows");
  await page.route("**/api/workflows/draft", (route) => route.abort("internetdisconnected"));
  await page.getByRole("article", { name }).getByRole("link", { name: "Remove" }).click();
  await expect(page.getByRole("alert")).toContainText(UNREACHABLE);
  await accessible(page);
  await page.unrouteAll();
  await page.getByRole("link", { name: "Reload" }).click();
  await expect(page.getByRole("dialog")).toContainText(name);
});

test("a workflow and an Odoo login are told as gone, although the answer got lost", async ({ browserOf }) => {
  await test.step("a workflow", async () => {
    const { owner } = filled;
    const name = "Removed unheard";
    await workflow(owner, "purchase.order.button_confirm", name);
    const page = await (await browserOf(filled.server, await signedIn(owner), OFFLINE)).newPage();
    await visit(page, "/workflows");
    await page.getByRole("article", { name }).getByRole("link", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog");
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesLoss(page, { endpoint: "workflows/archive", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("article", { name })).toHaveCount(0);
  });

  await test.step("an Odoo login", async () => {
    const anna = await Session.of(filled.server, "ADMIN");
    const page = await (await browserOf(filled.server, await signedIn(anna), OFFLINE)).newPage();
    await visit(page, "/odoo");
    const account = page.getByRole("region", { name: "Your Odoo account" });
    const send = () => account.getByRole("button", { name: "Unlink" }).click();
    await survivesLoss(page, { endpoint: "connections/unlink", around: account, typed: [], send });
    await send();
    await expect(page.getByText("Your Odoo login is erased here.")).toBeVisible();
  });
});

test("an Odoo login that is erased, and a connection that is removed", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/odoo");
  const account = page.getByRole("region", { name: "Your Odoo account" });
  const unlink = () => account.getByRole("button", { name: "Unlink" }).click();
  await survivesSilence(page, { endpoint: "connections/unlink", around: account, typed: [], send: unlink });
  await unlink();
  await expect(page.getByText("Your Odoo login is erased here.")).toBeVisible();

  await page.getByText("Change or test the connection").click();
  await page.getByRole("link", { name: /^Remove/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  const remove = () => dialog.locator("footer").getByRole("button").click();
  const removal = { endpoint: "connections/remove", around: dialog, typed: [], send: remove };
  await survivesSilence(page, removal);
  await survivesLoss(page, removal);
  await remove();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("The connection is removed.")).toBeVisible();
});
