import { Account } from "../pages/account";
import { Step, Workflows } from "../pages/workflows";
import { tryOut, workflow } from "../support/fill";
import { everything } from "../support/keys";
import { callTool } from "../support/mcp";
import { focusStays } from "../support/keyboard";
import { OFFLINE } from "../support/network";
import { Session } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

interface Answer {
  status?: string;
  confirm?: string;
  records?: { id: number; name?: string; client_order_ref?: string }[];
  workflows?: { name: string; inputs: { name: string }[] }[];
}

test("two steps are built by the form alone, tried, validated, accepted and run", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const key = await everything(page, demo.url);
  const call = async (tool: string, args: Record<string, unknown>) => callTool(demo.url, key, tool, args);
  const drafts = (
    await call("aidoo_query", { model: "sale.order", domain: [["state", "=", "draft"]], fields: ["name", "partner_id"], limit: 1 })
  ).structured as { records: { id: number; name: string; partner_id: { id: number; name: string } }[] };
  const { partner_id: customer } = drafts.records[0];

  const workflows = new Workflows(page);
  await workflows.open();
  await workflows.begin("Note their reference", "Writes a reference on a customer's quotations.");
  const who = await workflows.input(1, "Customer", "one record");
  const reference = await workflows.input(2, "Reference", "text");
  await reference.getByLabel("Try with").fill("REF-1");

  const find = await workflows.step(1);
  await find.does("Find records", "Find the quotations");
  await find.about("quotation", "sale.order");
  const first = await find.condition(1, "partner_id");
  await find.takes(first, "Input: Customer");
  const second = await find.condition(2, "state", "is one of");
  await second.getByLabel("Quotation", { exact: true }).check();
  await find.tells("name");

  // What the input names is known from where it goes, so that it is found by name.
  const trial = who.getByLabel("Try with");
  await trial.pressSequentially(customer.name.slice(0, 5));
  await expect(who.locator(`datalist option[value="${customer.id}"]`)).toHaveCount(1);
  await trial.fill(String(customer.id));
  await expect(who.locator("small", { hasText: customer.name })).toBeVisible();
  await find.tryHere();
  await expect(find.box.getByText(/records? found/)).toBeVisible();
  await expect(find.box.getByRole("cell", { name: drafts.records[0].name })).toBeVisible();

  const write = await workflows.step(2);
  await write.does("Change records", "Write the reference");
  await expect(write.box.getByLabel("What it is about")).toHaveValue("sale.order");
  await write.takes(write.box.getByRole("group", { name: "Records", exact: true }), /Find the quotations: all the records$/);
  const value = await write.sets(1, "client_order_ref");
  await write.takes(value, "Input: Reference");
  await accessible(page);
  await write.tryHere();
  await expect(write.box.getByText(/nothing has changed/)).toBeVisible();
  await expect(write.box.getByRole("cell", { name: "REF-1" }).first()).toBeVisible();
  await accessible(page);

  await workflows.save();
  await expect(page.getByRole("status").filter({ hasText: "The draft is saved." })).toBeVisible();
  const card = workflows.card("Note their reference");
  await expect(card.getByText(/takes “Customer”/)).toBeVisible();
  await expect(card.getByText(/takes all the records of step 1, “Find the quotations”/)).toBeVisible();
  await card.getByRole("button", { name: "Validate" }).click();
  await expect(card.getByText("Version 1", { exact: true }).first()).toBeVisible();
  await card.getByRole("button", { name: "Let it run as me" }).click();
  await expect(card.getByText("runs as you: accepted")).toBeVisible();
  await card.getByText("Versions and who accepted them").click();
  await expect(card.getByText(/in force · accepted by/)).toBeVisible();
  await accessible(page);

  const listed = ((await call("aidoo_workflow", {})).structured as Answer).workflows!;
  const told = listed.find((one) => one.name === "Note their reference")!;
  expect(told.inputs.map((input) => input.name)).toEqual(["customer", "reference"]);
  const run = { workflow: "Note their reference", inputs: { customer: customer.id, reference: "PO-77" } };
  const asked = (await call("aidoo_workflow", run)).structured as Answer;
  const done = (await call("aidoo_workflow", { ...run, confirm: asked.confirm })).structured as Answer;
  expect(done.status).toBe("done");
  const after = (await call("aidoo_read", { model: "sale.order", ids: [drafts.records[0].id], fields: ["client_order_ref"] }))
    .structured as Answer;
  expect(after.records![0].client_order_ref).toBe("PO-77");
  await expect(page.getByRole("table", { name: /Runs/ })).toContainText("Write the reference: done");

  // A change makes it a draft again, which no key runs.
  await card.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByText(/keys cannot run it until it is validated anew/)).toBeVisible();
  // What was saved is chosen as it was.
  const saved = new Step(page, 1).box.getByRole("group", { name: "Condition", exact: true }).nth(1);
  await expect(saved.getByLabel("Quotation", { exact: true })).toBeChecked();
  const again = new Step(page, 2);
  await again.box.getByLabel("Title", { exact: true }).fill("Write it down");
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(card.getByText("Draft", { exact: true })).toBeVisible();
  expect((await call("aidoo_workflow", run)).text).toContain("no validated workflow");
  await workflows.remove("Note their reference");
});

test("what is wrong is told at its field, and nothing that was typed is lost when the network fails", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo, { viewport: { width: 360, height: 800 } }, OFFLINE);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const workflows = new Workflows(page);
  await workflows.open();
  await workflows.begin("Half done", "");
  const find = await workflows.step(1);
  await expect(find.box.getByText("The title must have 1 to 80 characters")).toBeVisible();
  await find.does("Find records", "Find them");
  await find.about("order", "sale.order");
  const amount = await find.condition(1, "amount_total", "is more than");
  const total = amount.getByLabel("Total", { exact: true });
  await expect(total).not.toHaveAttribute("aria-invalid");
  await find.tryHere();
  await expect(page.getByText("Fix what is marked up to this step first")).toBeVisible();
  await expect(total).toHaveAttribute("aria-invalid", "true");
  await expect(total).toHaveAccessibleDescription("Is required");
  await total.fill("many");
  await expect(total).toHaveAccessibleDescription("Must be a number");
  await accessible(page);
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByText(/Nothing that you typed is lost/)).toBeVisible();
  await total.fill("1000");

  // Everything is reached on a narrow page.
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);

  await page.route("**/api/workflows/save", (route) => route.abort());
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByText(/cannot be reached/)).toBeVisible();
  await expect(total).toHaveValue("1000");
  await page.unroute("**/api/workflows/save");
  await workflows.save();
  await expect(workflows.card("Half done")).toBeVisible();
  await workflows.remove("Half done");
});

test("what a try lacks is told at its field, and why a step could not be tried in words", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const workflows = new Workflows(page);
  await workflows.open();
  await workflows.begin("Never saved", "");
  const who = await workflows.input(1, "Customer", "one record");
  const many = await workflows.input(2, "How many", "number");
  const find = await workflows.step(1);
  await find.does("Find records", "Find the orders");
  await find.about("order", "sale.order");
  await find.takes(await find.condition(1, "partner_id"), "Input: Customer");
  const [customer, number] = [who, many].map((input) => input.getByLabel("Try with"));

  await test.step("the first field that lacks something has the focus", async () => {
    let sent = 0;
    page.on("request", (request) => void (sent += Number(request.url().endsWith("/workflows/try_steps"))));
    await find.tryHere();
    await expect(customer).toBeFocused();
    await expect(customer).toHaveAttribute("aria-invalid", "true");
    await expect(customer).toHaveAccessibleDescription("Choose a record to try with");
    await expect(number).toHaveAccessibleDescription("Type a number to try with");
    await accessible(page);
    await customer.fill("999999");
    await expect(customer).not.toHaveAttribute("aria-invalid");
    await find.tryHere();
    await expect(number).toBeFocused();
    expect(sent).toBe(0);
    await number.fill("3");
    await find.tryHere();
    await expect(find.box.getByText("No record found")).toBeVisible();
  });

  await test.step("what an earlier step did not find is no riddle", async () => {
    const read = await workflows.step(2);
    await read.does("Read fields", "Read them");
    await read.takes(read.box.getByRole("group", { name: "Records", exact: true }), /Find the orders: all the records$/);
    await read.tryHere();
    await expect(read.box.getByText("Step 1, “Find the orders”, found nothing that this step could take.")).toBeVisible();
    await expect(read.box.getByText(/is not there/)).toHaveCount(0);
    await accessible(page);
  });
});

test("what Odoo does not have, or is closed, is told in words for a person", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const workflows = new Workflows(page);
  await workflows.open();
  await workflows.begin("Never saved with no model", "");
  const find = await workflows.step(1);
  await find.does("Find records", "Find them");
  const model = find.box.getByLabel("What it is about", { exact: true });
  for (const nothing of ["the orders!", "no.such.model", "ir.mail_server"]) {
    await model.fill(nothing);
    await model.press("Tab");
    await expect(model).toHaveAccessibleDescription("Choose something that Odoo has and that is not closed, such as Sales Order.");
  }
  await accessible(page);
});

test("a record is chosen by typing its name", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const owner = await Session.of(demo, "OWNER");
  const asked = { "input[company]": owner.company, "input[model]": "sale.order", "input[search]": "" };
  const { found } = await owner.form<{ found: { id: number; name: string }[] }>("workflows/records", asked);
  const [{ name }] = found;
  const workflows = new Workflows(page);
  await workflows.open();
  await workflows.begin("Never saved either", "");
  const which = await workflows.input(1, "Order", "one record");
  const read = await workflows.step(1);
  await read.does("Read fields", "Read it");
  await read.about("order", "sale.order");
  await read.takes(read.box.getByRole("group", { name: "Records", exact: true }), "Input: Order");
  const trial = which.getByLabel("Try with");
  await trial.pressSequentially(name);
  await expect(which.locator("small", { hasText: name })).toBeVisible();
  await expect(trial).toHaveValue(name);
  await read.tryHere();
  await expect(read.box.getByRole("table")).toBeVisible();
  await expect(trial).toHaveValue(name);

  await test.step("what is found is told as people say it, and how much of it is shown", async () => {
    const find = await workflows.step(2);
    await find.does("Find records", "Find them all");
    await find.tryHere();
    await expect(find.box.getByText(/^\d+ records found$/)).toBeVisible();
    await expect(find.box.getByText("The first 10:", { exact: true })).toBeVisible();
    await expect(find.box.getByRole("group", { name: "At most how many", exact: true })).toContainText("Empty: 50");
    await expect(find.box.getByLabel("At most how many", { exact: true })).not.toHaveAttribute("placeholder", /\d/);
    for (const { box } of [read, find]) {
      const table = box.getByRole("table", { name: "What was found" });
      await expect(table.getByRole("columnheader").first()).toBeVisible();
      await expect(table.getByRole("columnheader", { name: /_/ })).toHaveCount(0);
      await expect(table).not.toContainText(/\dT\d\d:/);
    }
    await accessible(page);
  });

  await test.step("a part of what was found is not taken for all of it", async () => {
    const find = new Step(page, 2);
    await expect(find.box.getByText("If there are more and this is empty, no later step takes them all.")).toBeVisible();
    const all = await workflows.step(3);
    await all.does("Read fields", "Read them all");
    await all.takes(all.box.getByRole("group", { name: "Records", exact: true }), /Find them all: all the records$/);
    await all.tryHere();
    await expect(all.box.getByText(/^Step 2, “Find them all”, found \d+ records and hands on 50\. Say in it at most how many/)).toBeVisible();
    await accessible(page);
    await find.box.getByLabel("At most how many", { exact: true }).fill("5");
    await all.tryHere();
    await expect(all.box.getByRole("table", { name: "What was found" })).toBeVisible();
  });
});

test("what is not saved is not lost by a link or by Back", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const workflows = new Workflows(page);
  const team = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Team", exact: true });
  const builder = page.getByRole("region", { name: "New workflow" });
  const name = builder.getByLabel("Name", { exact: true });
  const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
  const begin = async () => {
    await workflows.open();
    await page.getByRole("link", { name: "New workflow" }).click();
    await expect(name).toBeVisible();
  };
  const leaves = async () => {
    await team.click();
    await expect(page).toHaveURL(/\/team$/);
    await expect(page.getByRole("dialog")).toHaveCount(0);
  };
  const isKept = async () => {
    await expect(dialog).toBeHidden();
    await expect(name).toHaveValue("Half a thought");
    await expect(page).toHaveURL(/\/workflows\?edit=new$/);
  };

  await test.step("where nothing was changed, nothing is asked", async () => {
    await begin();
    await leaves();
  });

  await test.step("a link asks, and Escape stays", async () => {
    await begin();
    await name.fill("Half a thought");
    await team.click();
    await expect(dialog).toBeVisible();
    await accessible(page);
    await page.keyboard.press("Escape");
    await isKept();
  });

  await test.step("Back asks each time, and one can stay", async () => {
    for (const _ of ["once", "again"]) {
      await page.goBack();
      await expect(dialog).toBeVisible();
      await dialog.getByRole("button", { name: "Keep editing" }).click();
      await isKept();
    }
  });

  await test.step("the way out of the builder asks, and leads there", async () => {
    await builder.getByRole("link", { name: "Close", exact: true }).click();
    await dialog.getByRole("button", { name: "Leave without saving" }).click();
    await expect(page).toHaveURL(/\/workflows$/);
    await expect(dialog).toBeHidden();
    await expect(builder).toHaveCount(0);
    // Not the entry of the menu that leads to the same address.
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  });

  await test.step("so does a link, whose page has the focus then", async () => {
    await begin();
    await name.fill("Half a thought");
    await team.click();
    await dialog.getByRole("button", { name: "Leave without saving" }).click();
    await expect(page).toHaveURL(/\/team$/);
    await expect(dialog).toBeHidden();
    await focusStays(page);
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  });

  await test.step("what is saved asks nothing", async () => {
    await begin();
    await name.fill("A whole thought");
    const find = await workflows.step(1);
    await find.does("Find records", "Find the orders");
    await find.about("order", "sale.order");
    await workflows.save();
    await leaves();
    await workflows.open();
    await workflows.card("A whole thought").getByRole("link", { name: "Edit" }).click();
    await expect(page.getByRole("region", { name: "Edit the workflow" })).toBeVisible();
    await leaves();
    await workflows.open();
    await workflows.remove("A whole thought");
  });
});

test("the page shows and names workflows without a program, and says that building needs one", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo, { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(demo.env.AIDOO_OWNER_EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(demo.env.AIDOO_OWNER_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.goto("/workflows");
  await page.getByLabel("Action", { exact: true }).selectOption("purchase.order.button_confirm");
  await page.getByRole("button", { name: "Make a draft" }).click();
  const workflows = new Workflows(page);
  const card = workflows.card("Confirm a request for quotation");
  // Nobody validates what nobody has tried, which needs a program.
  await expect(card.getByText("Edit it and try it up to its last step; then it can be validated.")).toBeVisible();
  await expect(card.getByRole("button", { name: "Validate" })).toHaveCount(0);
  const owner = await Session.of(demo, "OWNER");
  const { workflows: all } = await owner.form<{ workflows: { id: string; name: string }[] }>("workflows/page", { company: owner.company });
  await tryOut(owner, all.find(({ name }) => name === "Confirm a request for quotation")!.id);
  await page.reload();
  await card.getByRole("button", { name: "Validate" }).click();
  await expect(card.getByText("Version 1", { exact: true }).first()).toBeVisible();
  await page.goto("/workflows?edit=new");
  // The browser of the tests runs no script, but reads the page as if it did.
  expect(await page.content()).toContain("Building a workflow needs JavaScript.");
  await page.goto("/workflows");
  await workflows.remove("Confirm a request for quotation");
});

test("whoever opens the builder goes on in it, and whoever comes to its address begins where the page does", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const id = await workflow(await Session.of(demo, "OWNER"), "sale.order.action_confirm", "Opened and closed");
  const workflows = new Workflows(page);
  const heading = (name: string) => page.getByRole("heading", { name, exact: true });
  for (const [address, name] of [
    ["/workflows?edit=new", "New workflow"],
    [`/workflows?edit=${id}`, "Edit the workflow"],
  ]) {
    await visit(page, address);
    await expect(heading(name)).toBeVisible();
    await expect(heading(name)).not.toBeFocused();
  }
  await workflows.open();
  await page.getByRole("link", { name: "New workflow" }).click();
  await expect(heading("New workflow")).toBeFocused();
  await expect(heading("New workflow")).toBeInViewport();
  await page.getByRole("link", { name: "Close", exact: true }).click();
  await workflows.card("Opened and closed").getByRole("link", { name: "Edit" }).click();
  await expect(heading("Edit the workflow")).toBeFocused();
  await expect(heading("Edit the workflow")).toBeInViewport();
  await workflows.open();
  await workflows.remove("Opened and closed");
});

test("a draft of an action is said and brought into view, and stands there once while it is edited", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo, { viewport: { width: 360, height: 800 } })).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const owner = await Session.of(demo, "OWNER");
  await workflow(owner, "sale.order.action_confirm", "A long one above it");
  const workflows = new Workflows(page);
  await workflows.open();
  await page.getByLabel("Action", { exact: true }).selectOption("purchase.order.button_cancel");
  await page.getByRole("button", { name: "Make a draft" }).click();
  await expect(page.getByRole("status").filter({ hasText: "The draft is made." })).toBeVisible();
  const card = page.getByRole("article").filter({ hasNotText: "A long one above it" });
  await expect(card).toHaveCount(1);
  await expect(card.getByRole("heading")).toBeFocused();
  await expect(card.getByRole("heading")).toBeInViewport();
  await accessible(page);

  const name = (await card.getByRole("heading").textContent()) ?? "";
  await card.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByRole("region", { name: "Edit the workflow" })).toBeVisible();
  await expect(workflows.card(name)).toHaveCount(0);
  await expect(workflows.card("A long one above it")).toHaveCount(1);
  await page.getByRole("link", { name: "Close", exact: true }).click();
  await expect(workflows.card(name)).toHaveCount(1);
  for (const made of [name, "A long one above it"]) await workflows.remove(made);
});

test("nothing of the builder can be used before the program is there", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  let goOn = () => {};
  const free = new Promise<void>((resolve) => (goOn = resolve));
  await page.route(/\.wasm(\?|$)/, async (route) => {
    await free;
    await route.continue();
  });
  await page.goto("/workflows?edit=new");
  const builder = page.getByRole("region", { name: "New workflow" });
  const all = [
    builder.getByLabel("Name", { exact: true }),
    builder.getByLabel("Advanced"),
    ...["Add an input", "Add a step", "Save the draft"].map((name) => builder.getByRole("button", { name })),
  ];
  for (const one of all) await expect(one).toBeDisabled();
  await expect(builder.getByRole("link", { name: "Close", exact: true })).toBeVisible();
  await accessible(page);
  goOn();
  await hydrated(page);
  for (const one of all) await expect(one).toBeEnabled();
  await builder.getByRole("button", { name: "Add a step" }).click();
  await expect(new Step(page, 1).box).toBeVisible();
});

test("every list of the builder is wide enough to be read, beside the menu too", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const workflows = new Workflows(page);
  await workflows.open();
  await workflows.begin("Looked at on many screens", "");
  await workflows.input(1, "Customer", "one record");
  const find = await workflows.step(1);
  await find.does("Find records", "Find the orders");
  await find.about("order", "sale.order");
  await find.takes(await find.condition(1, "partner_id"), "Input: Customer");
  await find.condition(2, "state", "is one of");
  const write = await workflows.step(2);
  await write.does("Change records", "Write something");
  await write.sets(1, "client_order_ref");
  for (const width of [360, 768, 900, 1024, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const narrow = await page.locator(".builder select").evaluateAll((selects) =>
      selects.map((select) => Math.round(select.getBoundingClientRect().width)).filter((wide) => wide < 140),
    );
    expect(narrow, `lists at ${width}`).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  }
});
