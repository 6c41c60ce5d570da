// What the eye has to tell apart, by the styles that the browser computes, in both modes: pictures are compared with a
// tolerance beneath which a faint line or ground can go without a word.

import type { Locator, Page } from "@playwright/test";

import { calm } from "../support/picture";
import { Session, signedIn } from "../support/session";
import { expect, test, visit } from "../support/test";

/** How something is drawn: colours as the browser writes them. */
interface Look {
  ground: string;
  /** The ground that it lies on. */
  around: string;
  ink: string;
  /** Of its border; nothing where it has none. */
  edge: string;
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`what is framed, chosen or told in a tone can be told from what is not: ${colorScheme}`, async ({ servers, browserOf }) => {
    const owner = await Session.of(servers.demo, "OWNER");
    const page = await (await browserOf(servers.demo, { ...calm, colorScheme, ...(await signedIn(owner)) })).newPage();

    await test.step("a card and a field are framed", async () => {
      await visit(page, "/settings");
      const card = page.getByRole("region", { name: "Profile" });
      const look = await framed(card);
      expect(look.ground, "a card's ground").not.toBe(look.around);
      const field = await framed(card.getByLabel("Your name", { exact: true }));
      expect(contrast(field.edge, field.around), "a field's edge").toBeGreaterThanOrEqual(3);
    });

    await test.step("each tone has a colour of its own", async () => {
      const notes = await drawn(page, ["note", "note good", "note warn", "note bad"]);
      differ([...notes.map(({ ground }) => ground), notes[0].around], "grounds of notes");
      differ(notes.map(({ ink }) => ink), "inks of notes");
      const states = await drawn(page, ["state gone", "state good", "state warn", "state bad"]);
      differ(states.map(({ ink }) => ink), "inks of states");
      const labels = await drawn(page, ["perm", "perm writing", "badge"]);
      differ(labels.slice(0, 2).map(({ ground }) => ground), "grounds of permissions");
      for (const { ground, around } of labels) expect(ground, "a label's ground").not.toBe(around);
      const [toast] = await drawn(page, ["toast"]);
      expect(contrast(toast.ground, toast.around), "a toast's ground").toBeGreaterThanOrEqual(3);
    });

    await test.step("where one is in the menu and in a list", async () => {
      await visit(page, "/api-keys");
      const menu = page.getByRole("navigation", { name: "Main" }).getByRole("list").getByRole("link");
      await chosen(menu.and(page.locator("[aria-current]")), menu.and(page.locator(":not([aria-current])")));
      const states = page.getByRole("list", { name: "State" }).getByRole("link");
      await ringed(states.and(page.locator("[aria-current]")), states.and(page.locator(":not([aria-current])")));
    });

    await test.step("what is chosen in a form", async () => {
      await visit(page, `/team?generate=${owner.member}`);
      const dialog = page.getByRole("dialog");
      const label = (of: Locator) => of.first().locator("xpath=..");
      for (const kind of ["radio", "checkbox"] as const) {
        const of = (checked: boolean) => label(dialog.getByRole(kind, { checked, disabled: false }));
        await ringed(of(true), of(false));
      }
      const preset = (pressed: boolean) => dialog.getByRole("button", { pressed, disabled: false });
      await ringed(preset(true), preset(false));
    });
  });
}

/** Its border is seen, on what it holds and on what is around it. */
async function framed(box: Locator): Promise<Look> {
  const look = await box.evaluate(drawing);
  for (const ground of ["nothing", CLEAR, look.ground, look.around]) expect(look.edge, `the edge of ${box}`).not.toBe(ground);
  return look;
}

/** What is chosen lies on another ground than what is not. */
async function chosen(one: Locator, other: Locator): Promise<void> {
  const [look, plain] = [await one.first().evaluate(drawing), await other.first().evaluate(drawing)];
  expect(look.ground, `${one} and ${other}`).not.toBe(plain.ground);
}

/** What is chosen has an edge too that everybody can tell from what is around it and from that of what is not: WCAG 2.2, 1.4.11. */
async function ringed(one: Locator, other: Locator): Promise<void> {
  await chosen(one, other);
  const [look, plain] = [await one.first().evaluate(drawing), await other.first().evaluate(drawing)];
  expect(look.edge, `the edge of ${one}`).not.toBe(CLEAR);
  for (const beside of [look.around, look.ground, plain.edge]) {
    expect(contrast(look.edge, beside), `the edge of ${one}`).toBeGreaterThanOrEqual(3);
  }
}

/** How elements of these classes are drawn on the page, whether it has any just now or not. */
async function drawn(page: Page, classes: string[]): Promise<Look[]> {
  const looks: Look[] = [];
  for (const name of classes) {
    const element = await page.evaluateHandle((name) => {
      const element = document.createElement("p");
      element.className = name;
      document.querySelector("main")!.append(element);
      return element;
    }, name);
    looks.push(await element.evaluate(drawing));
    await element.evaluate((element) => element.remove());
  }
  return looks;
}

function differ(colors: string[], what: string): void {
  expect(colors.filter((color, at) => color === CLEAR || colors.indexOf(color) !== at), what).toEqual([]);
}

const CLEAR = "rgba(0, 0, 0, 0)";

/** Runs in the page. */
function drawing(node: Element): Look {
  const ground = (from: Element | null): string => {
    for (let one = from; one; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one);
      if (backgroundColor !== "rgba(0, 0, 0, 0)") return backgroundColor;
    }
    return "none";
  };
  const { color, borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(node);
  const hasEdge = borderTopStyle !== "none" && parseFloat(borderTopWidth) > 0;
  return { ground: ground(node), around: ground(node.parentElement), ink: color, edge: hasEdge ? borderTopColor : "nothing" };
}

/** How much two opaque colours differ, from 1 to 21, as WCAG 2.2 defines it. */
function contrast(one: string, other: string): number {
  const luminance = (color: string) => {
    const parts = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Number(part) / 255);
    const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
