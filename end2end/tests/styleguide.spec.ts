import { Account } from "../pages/account";
import { accessible, expect, test, visit } from "../support/test";

test("the style guide is a page of development builds only", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const isRelease = !/\/debug\//.test(process.env.AIDOO_PROGRAM ?? "");
  const answer = await page.goto("/styleguide");
  expect(answer?.status()).toBe(isRelease ? 404 : 200);
  if (isRelease) {
    await expect(page.getByText("Every component in all its states")).toHaveCount(0);
    return;
  }
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await visit(page, "/styleguide");
      await accessible(page);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${width}`).toBeLessThanOrEqual(0);
    }
  }
  // What is chosen and what is not stand beside one another, in each form that a chip has.
  const chips = page.getByRole("region", { name: "Chip", exact: true });
  await expect(chips.getByRole("link").and(page.locator("[aria-current]"))).toHaveCount(1);
  for (const isChosen of [true, false]) {
    await expect(chips.getByRole("radio", { checked: isChosen, disabled: false }).first()).toBeAttached();
    await expect(chips.getByRole("button", { pressed: isChosen, disabled: false }).first()).toBeVisible();
  }
});
