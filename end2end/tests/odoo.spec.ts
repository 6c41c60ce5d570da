import { Odoo } from "../pages/odoo";
import { Session, signedIn } from "../support/session";
import { accessible, expect, test } from "../support/test";

test("another address or database is saved only once it is understood that the linked logins are erased", async ({
  servers,
  browserOf,
}) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  const odoo = new Odoo(page);
  const form = page.getByRole("region", { name: "The company’s Odoo" });
  const understood = form.getByRole("checkbox", { name: "I understand that they have to link their accounts again" });
  const save = form.getByRole("button", { name: "Test and save" });

  // Nothing is sent: the tests that follow need the connection as it is.
  for (const [field, other] of [
    ["Address", "https://elsewhere.example"],
    ["Database", "elsewhere"],
  ]) {
    await test.step(field, async () => {
      await odoo.open();
      await expect(page.getByRole("button", { name: "Unlink" })).toBeVisible();
      await page.getByText("Change or test the connection").click();
      const input = form.getByLabel(field);
      const now = await input.inputValue();
      expect(now).not.toBe("");
      await expect(save).toBeEnabled();
      await expect(understood).toHaveCount(0);

      await input.fill(other);
      await expect(form.getByText(/^Another address or database erases the Odoo logins? that/)).toBeVisible();
      await expect(understood).not.toBeChecked();
      await expect(save).toBeDisabled();
      await accessible(page);
      await understood.check();
      await expect(save).toBeEnabled();
      await understood.uncheck();
      await expect(save).toBeDisabled();

      // Where nothing moves, nothing is erased.
      await input.fill(now);
      await expect(understood).toHaveCount(0);
      await expect(save).toBeEnabled();
    });
  }
});
