import { type Page } from "@playwright/test";

import { Account } from "../pages/account";
import { Language } from "../pages/language";
import { callTool } from "../support/mcp";
import { OFFLINE, blockProgram } from "../support/network";
import { type Aidoo } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

/** The pages for strangers, and for links that are over. */
const STRANGERS = ["/sign-in", "/sign-up", "/invitation/no-such-token", "/reset/no-such-token", "/reset/done"];

test("a browser that asks for French gets French pages before anybody signs in", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo, { locale: "fr-FR" });
  const page = await context.newPage();
  const language = new Language(page);
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of STRANGERS) {
      await visit(page, path);
      await language.isFrench();
      await language.fits();
      await accessible(page);
    }
  }
  await visit(page, "/sign-in");
  await page.getByLabel("E-mail").fill(demo.env.AIDOO_OWNER_EMAIL);
  await page.getByLabel("Mot de passe", { exact: true }).fill("pas le mot de passe");
  await page.getByRole("button", { name: "Se connecter" }).click();
  await expect(page.getByRole("alert")).toContainText("L’e-mail ou le mot de passe est incorrect.");
});

test("the language is chosen without the wasm, and the page stays", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo, {}, OFFLINE);
  await blockProgram(context);
  const page = await context.newPage();
  const language = new Language(page);
  await page.goto("/sign-in?next=%2Factivity");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  // What looks for English finds it.
  expect(await language.english()).toContain("Sign in");
  await language.choose("Français");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Factivity$/);
  await language.isFrench();
  await language.choose("English");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a chosen language goes with the person to another browser", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const { AIDOO_MEMBER2_EMAIL: email, AIDOO_MEMBER2_PASSWORD: password } = demo.env;
  const page = await (await browserOf(demo)).newPage();
  const language = new Language(page);
  await new Account(page).signIn(email, password);
  await visit(page, "/settings");
  await page.getByRole("combobox", { name: "Language" }).selectOption("fr");
  await page.getByRole("button", { name: "Save the profile" }).click();
  await expect(page.getByText("Votre profil est enregistré.")).toBeVisible();
  await language.isFrench();

  const elsewhere = await (await browserOf(demo)).newPage();
  await new Account(elsewhere).signIn(email, password);
  await expect(elsewhere.getByRole("heading", { name: "Équipe" })).toBeVisible();
  const file = await elsewhere.request.get(await csvOf(elsewhere));
  expect(await file.text()).toMatch(/^\uFEFFNom;Identifiant;Personne;Autorisations;/);
  await new Language(elsewhere).choose("English");
  await page.reload();
  // This browser keeps what was chosen in it until somebody signs in again.
  await language.isFrench();
});

// That every page and dialog is French is seen by `look.spec.ts`, which opens all of them.
test("what an owner does in French is answered in French, with French times", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  const language = new Language(page);
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  await fill(page, demo);
  await visit(page, "/team");
  await language.choose("Français");
  await visit(page, "/workflows");
  await page.getByLabel("Action", { exact: true }).selectOption("sale.order.action_confirm");
  await page.getByRole("button", { name: "Créer un brouillon" }).click();
  await expect(page.getByRole("heading", { name: "Confirmer un devis" })).toBeVisible();
  await language.isFrench();

  await test.step("several keys at once, and what a form says", async () => {
    await visit(page, "/api-keys?q=Cochée");
    for (const box of await page.getByRole("checkbox", { name: /^Cocher Cochée/ }).all()) await box.check();
    await page.getByRole("button", { name: "Révoquer 2 clés" }).click();
    await expect(page.getByRole("dialog")).toContainText("Révoquer ces 2 clés");
    await language.isFrench();
    await language.fits();
    await accessible(page);
    await visit(page, "/settings");
    await page.getByLabel("Votre nom").fill("");
    await page.getByRole("button", { name: "Enregistrer le profil" }).click();
    await expect(page.getByText("Ce champ est obligatoire.")).toBeVisible();
    await language.isFrench();
  });

  await test.step("why calls were refused, in the chart and with each", async () => {
    await visit(page, "/activity?result=refused");
    // The client got a sentence in English; where it says no more than the cause, it stands nowhere.
    await expect(page.getByText("La clé API ne le permet pas.")).toHaveCount(2);
    await expect(page.getByText("does not have the permission")).toHaveCount(0);
    await expect(page.getByText("Un argument est incorrect, ou désigne ce qui est fermé.", { exact: true })).toHaveCount(2);
    // Which argument it was is one of the details, as the client got it.
    const told = page.getByText(/^argument model: /);
    await expect(told).toBeHidden();
    await page.getByRole("row").filter({ has: told }).locator("summary").first().click();
    await expect(told).toBeVisible();
    await expect(told).toHaveAttribute("lang", "en");
    await expect(page.getByText("Indiqué au client", { exact: true })).toBeVisible();
    await language.isFrench();
    await language.fits();
    await accessible(page);
  });

  await test.step("what was left is put away, for whoever comes next", async () => {
    await visit(page, "/approvals");
    const asked = page.getByRole("heading", { name: "Modifier un enregistrement de Contact (res.partner)" });
    await expect(asked.first()).toBeVisible();
    await page.getByRole("button", { name: "Refuser" }).click();
    await expect(page.getByText("Refusé", { exact: true })).toBeVisible();
    await language.isFrench();
    await visit(page, "/workflows");
    await page.getByRole("link", { name: "Supprimer" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Supprimer" }).click();
    await expect(page.getByRole("heading", { name: "Confirmer un devis", exact: true })).toHaveCount(0);
  });

  await visit(page, "/odoo");
  const since = page.locator("time").first();
  await expect(since).toHaveText(/^(il y a \d+ (minute|heure|jour|an)s?|il y a \d+ mois|à l’instant)$/);
  await expect(since).toHaveAttribute("title", /^\d+ \p{L}+\.? \d{4} à \d\d:\d\d UTC$/u);
  // A phone has the choice in its menu.
  await page.setViewportSize({ width: 1440, height: 900 });
  await language.choose("English");
});

async function csvOf(page: Page): Promise<string> {
  await visit(page, "/api-keys");
  return (await page.locator("a[download]").getAttribute("href")) ?? "";
}

/** Gives the pages something to show: keys, a call that was refused, and a change that waits. */
async function fill(page: Page, demo: Aidoo): Promise<void> {
  const headers = { Origin: demo.url, Accept: "application/json" };
  const viewer = await (await page.request.post("/api/accounts/viewer", { form: {}, headers })).json();
  const { company, member } = viewer.current;
  const make = async (name: string, permissions: string) => {
    const request = `req_${crypto.randomUUID().replaceAll("-", "")}`;
    const input = { company, member, request, name, permissions, expiry: "never" };
    const made = await page.request.post("/api/api_keys/create", { data: { input }, headers });
    expect(made.status(), await made.text()).toBe(200);
    return (await made.json()).key as string;
  };
  await make("Cochée une", "query");
  await make("Cochée deux", "query");
  const key = await make("Tout", "query read create write execute schema report workflow");
  const policy = async (mode: string) => {
    await visit(page, "/policies");
    await page.getByLabel("write", { exact: true }).last().selectOption(mode);
    await page.getByRole("button", { name: "Save the rules for calls", exact: true }).click();
    await expect(page.getByText("Saved. It applies from the next call on.")).toBeVisible();
  };
  await policy("dashboard");
  const found = await callTool(demo.url, key, "aidoo_query", { model: "res.partner", limit: 1 });
  const ids = [(found.structured as { records: { id: number }[] }).records[0].id];
  await callTool(demo.url, key, "aidoo_write", { model: "res.partner", ids, values: { city: "Namur" } });
  await callTool(demo.url, key, "aidoo_read", { model: "ir.mail_server", ids: [1], fields: ["name"] });
  await callTool(demo.url, await make("Chercher", "query"), "aidoo_read", { model: "res.partner", ids });
  await policy("preview");
}

test("what is shown once is said in French, for whoever makes it and for whoever picks it up", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const members = await owner.members();
  const [anna, tomas] = [members.get(demo.env.AIDOO_ADMIN_EMAIL), members.get(demo.env.AIDOO_MEMBER2_EMAIL)];
  const page = await (await browserOf(demo, { locale: "fr", ...(await signedIn(owner)) })).newPage();
  // Their profile may say otherwise by now.
  const choosesFrench = async (page: Page) => {
    await visit(page, "/settings");
    await new Language(page).choose("Français");
  };
  await choosesFrench(page);
  const dialog = page.getByRole("dialog");
  /** Makes it, looks at it, and gives it. */
  const makes = async (path: string, fill: () => Promise<void>, shown: RegExp) => {
    await visit(page, path);
    await fill();
    await dialog.locator("footer button").click();
    const text = dialog.getByText(shown).first();
    await expect(text).toBeVisible();
    await suits(page);
    const made = ((await text.textContent()) ?? "").trim();
    await dialog.getByRole("button", { name: /^Je l’ai copiée?/ }).click();
    await expect(dialog).toHaveCount(0);
    return made;
  };
  const named = () => dialog.getByLabel("Nom", { exact: true }).fill("Faite en français");
  await makes(`/team?generate=${anna}`, named, /^aid_live_[0-9A-Za-z]{40}$/);
  await makes("/team?invite", () => dialog.locator("input[type=email]").fill("kim@nordwind.example"), /\/invitation\//);
  await makes(`/team?reset=${anna}`, async () => {}, /\/reset\//);
  const byLink = async () => {
    await named();
    await dialog.locator("input[name=delivery]").last().check({ force: true });
  };
  const link = await makes(`/team?generate=${tomas}`, byLink, /\/pick-up\//);

  const session = await Session.of(demo, "MEMBER2");
  const theirs = await (await browserOf(demo, { locale: "fr", ...(await signedIn(session)) })).newPage();
  await choosesFrench(theirs);
  await visit(theirs, new URL(link).pathname);
  await suits(theirs);
  await theirs.getByRole("button", { name: "Afficher ma clé" }).click();
  await expect(theirs.getByRole("dialog").getByText(/^aid_live_/).first()).toBeVisible();
  await suits(theirs);
});

/** It is French, within its page, and for everybody. */
async function suits(page: Page): Promise<void> {
  const language = new Language(page);
  await language.isFrench();
  await language.fits();
  await accessible(page);
}
