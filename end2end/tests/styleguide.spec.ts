import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { Account } from "../pages/account";
import { accessible, expect, test, visit } from "../support/test";

const COMPONENTS = path.join(__dirname, "../../app/src/components");

/** The components that have no place in the style guide, and why. */
const ELSEWHERE = {
  Frame: "It stands around all pages; what it is made of has a place.",
  GatePage: "It is a page.",
  Hydration: "It is a script.",
  InPlace: "It draws what it is given.",
  PageHead: "The style guide begins with it.",
  TabTitle: "It stands in the browser's tab.",
  ZoneField: "It is hidden.",
};

test("the style guide is a page of development builds only, where every component has a place", async ({ servers, browserOf }) => {
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
  await visit(page, "/styleguide");
  const regions = page.getByRole("region");
  const names = await regions.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""));
  const shown = new Set(names.flatMap((name) => name.split(", ")));
  const missing = components().filter((name) => !shown.has(name));
  expect(missing, "components without a place").toEqual(Object.keys(ELSEWHERE));
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
  const offers = page.getByRole("region", { name: "Dialog" }).getByRole("link");
  expect(await offers.count()).toBeGreaterThan(0);
  for (const offer of await offers.all()) {
    await visit(page, "/styleguide");
    await offer.click();
    await expect(page.getByRole("dialog").getByRole("heading")).toBeVisible();
    await accessible(page);
  }
  for (const opener of ["More for Anna Vogel", /^Marie Lenoir/]) {
    await visit(page, "/styleguide");
    const button = page.getByRole("button", { name: opener }).first();
    await button.click();
    const menu = page.locator(`#${await button.getAttribute("popovertarget")}`);
    await expect(menu).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(menu).toBeHidden();
  }
});

/** The names of all components that pages may use. */
function components(): string[] {
  const sources = readdirSync(COMPONENTS).map((file) => readFileSync(path.join(COMPONENTS, file), "utf8"));
  const found = sources.flatMap((source) => [...source.matchAll(/^#\[component.*\n(?:#\[.*\n)*pub fn (\w+)/gm)]);
  return found.map(([, name]) => name).sort();
}
