import { Account } from "../pages/account";
import { Language } from "../pages/language";
import { accessible, expect, hydrated, test, visit } from "../support/test";

/** The pages whose texts are all in the locale files. */
const TRANSLATED = ["/team", "/odoo", "/policies", "/activity"];
const DIALOGS = ["/team?invite"];

test("a browser that asks for French gets French pages before anybody signs in", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo, { locale: "fr-FR" });
  const page = await context.newPage();
  const language = new Language(page);
  for (const path of ["/sign-in", "/sign-up", "/invitation/no-such-token"]) {
    await visit(page, path);
    await language.isFrench();
    await accessible(page);
  }
  await visit(page, "/sign-in");
  await page.getByLabel("E-mail").fill(demo.env.AIDOO_OWNER_EMAIL);
  await page.getByLabel("Mot de passe", { exact: true }).fill("pas le mot de passe");
  await page.getByRole("button", { name: "Se connecter" }).click();
  await expect(page.getByRole("alert")).toContainText("L’e-mail ou le mot de passe est incorrect.");
});

test("the language is chosen without the wasm, and the page stays", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  await context.route(/\.(wasm|js)(\?|$)/, (route) => route.abort());
  context.removeAllListeners("console");
  const page = await context.newPage();
  const language = new Language(page);
  await page.goto("/sign-in?next=%2Factivity");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await language.choose("Français");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Factivity$/);
  await language.isFrench();
  await language.choose("English");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("the signed-in pages are French, with French times, on a desk and on a phone", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const page = await context.newPage();
  const language = new Language(page);
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  await hydrated(page);
  await language.choose("Français");
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of [...TRANSLATED, ...DIALOGS]) {
      await visit(page, path);
      await language.isFrench();
      await language.fits();
      await accessible(page);
      await page.screenshot({
        path: `test-results/french/${path.replace(/\W+/g, "-")}-${width}.png`,
        fullPage: true,
      });
    }
  }
  await visit(page, "/odoo");
  const since = page.locator("time").first();
  await expect(since).toHaveText(/^(il y a \d+ (minute|heure|jour|an)s?|il y a \d+ mois|à l’instant)$/);
  await expect(since).toHaveAttribute("title", /^\d+ \p{L}+\.? \d{4} à \d\d:\d\d UTC$/u);
});
