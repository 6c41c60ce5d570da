// The policies as they are chosen on their page: that they hold is seen by the tests of the server.

import type { Locator } from "@playwright/test";

import { start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { expect, hydrated, test, visit } from "../support/test";

/** What there is to choose in a form. */
const CHOICES = "select, input[type=checkbox], input[type=number]";

test("each choice of the policies is kept as it was chosen", async ({ browserOf }) => {
  const own = await start({ demo: true });
  const owner = await Session.of(own, "OWNER");
  const { id } = await owner.key("Without an end", "query");
  const context = await browserOf(own, await signedIn(owner));
  try {
    const page = await context.newPage();
    await visit(page, "/policies");
    const forms = page.getByRole("main").locator("form").filter({ has: page.locator(CHOICES) });
    const count = await forms.count();
    expect(count).toBe(3);
    for (let at = 0; at < count; at += 1) {
      const form = forms.nth(at);
      for (const control of await form.locator(CHOICES).all()) await choosesAnother(control);
      const chosen = await choices(form);
      await form.locator("button:not([type=button])").click();
      await expect(form.getByText("Saved. It applies from the next call on.")).toBeVisible();
      await page.reload();
      await hydrated(page);
      expect(await choices(form), `form ${at + 1}`).toEqual(chosen);
    }
    // Keys live 7 days at most since: it stands in the history of each that would have lived longer.
    await visit(page, `/api-keys/${id}`);
    const history = page.getByRole("region", { name: "History" });
    await expect(history).toContainText("Made to end sooner by new policies, set by you");
  } finally {
    await context.close();
    await own.stop();
  }
});

/** Chooses what is not chosen. */
async function choosesAnother(control: Locator): Promise<void> {
  if (await control.isDisabled()) return;
  const kind = await control.evaluate((node) => (node instanceof HTMLSelectElement ? "select" : (node as HTMLInputElement).type));
  if (kind === "select") {
    const now = await control.inputValue();
    const values = await control.locator("option").evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    await control.selectOption(values.filter((value) => value !== now).at(-1)!);
  } else if (kind === "checkbox") {
    await control.setChecked(!(await control.isChecked()), { force: true });
  } else {
    await control.fill(String(Number(await control.inputValue()) + 7));
  }
}

/** What is chosen in the form, by the names that are sent. */
function choices(form: Locator): Promise<string[]> {
  return form.locator(CHOICES).evaluateAll((all) =>
    all.map((one) => {
      const { name, value, type, checked } = one as HTMLInputElement;
      return `${name}: ${type === "checkbox" ? `${value} ${checked}` : value}`;
    }),
  );
}
