import { type Locator, type Page, expect } from "@playwright/test";

/** Somebody who has nothing but a keyboard. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  /** Goes to what is found, by Tab alone, and sees that it has the focus. */
  async to(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    await expect(target).toBeVisible();
    // Around the whole page once, and a bit.
    for (let step = 0; step < 150; step += 1) {
      if (await target.evaluate((node) => node === document.activeElement)) {
        await this.seesFocus();
        return;
      }
      await this.page.keyboard.press(key);
    }
    throw new Error(`${target} is not reached by ${key}`);
  }

  /** Goes there and presses Enter, as on a link or a button. */
  async press(target: Locator): Promise<void> {
    await this.to(target);
    await this.page.keyboard.press("Enter");
  }

  /** Goes to a field and types instead of what is there. */
  async type(target: Locator, text: string): Promise<void> {
    await this.to(target);
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.type(text);
  }

  /** Goes to a list and chooses by typing the beginning of a name. */
  async pick(select: Locator, name: string): Promise<void> {
    await this.to(select);
    await this.page.keyboard.type(name);
    await expect(select.locator("option:checked")).toHaveText(name);
  }

  /** Goes to a group of radio buttons and chooses this one by the arrows. */
  async choose(radio: Locator): Promise<void> {
    const name = await radio.getAttribute("name");
    for (let step = 0; step < 150; step += 1) {
      const here = await this.page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.name);
      if (here === name) break;
      await this.page.keyboard.press("Tab");
    }
    for (let step = 0; step < 12 && !(await radio.isChecked()); step += 1) await this.page.keyboard.press("ArrowDown");
    await expect(radio).toBeChecked();
    await this.seesFocus();
  }

  /** What has the focus, or what stands around it, is drawn so that one sees it, and nothing lies over all of it: WCAG 2.2, 2.4.11. */
  async seesFocus(): Promise<void> {
    await expect.poll(() => this.page.evaluate(covering), "what lies over all that has the focus").toBe(null);
    const drawn = await this.page.evaluate(() => {
      let node: Element | null = document.activeElement;
      // A card or a chip shows the focus of the box within it.
      for (let up = 0; node && up < 3; up += 1, node = node.parentElement) {
        const style = getComputedStyle(node);
        const outlined = style.outlineStyle !== "none" && style.outlineColor !== "rgba(0, 0, 0, 0)";
        // A ring is as wide as it spreads. The shadow that a button or a card throws always has an offset and a blur.
        if (outlined || /\b0px 0px 0px (2|4)px/.test(style.boxShadow)) return true;
      }
      return document.activeElement?.outerHTML.slice(0, 200);
    });
    expect(drawn, "the focus can be seen").toBe(true);
  }

  /** The focus stays in the dialog, wherever Tab leads. */
  async staysIn(dialog: Locator): Promise<void> {
    for (const key of ["Tab", "Shift+Tab"] as const) {
      const stops = (await dialog.locator("a[href], button, input, select, textarea, [tabindex='0']").count()) + 3;
      for (let step = 0; step < stops; step += 1) {
        await this.page.keyboard.press(key);
        // Between the last and the first the focus is in the browser's own bar, and the page has none.
        const inside = await dialog.evaluate(
          (node) => node.contains(document.activeElement) || document.activeElement === document.body,
        );
        expect(inside, `${key} stays in the dialog`).toBe(true);
      }
    }
  }
}

/** Runs in the page: what covers the whole of what has the focus; null where some of it can be seen. */
function covering(): string | null {
  const focused = document.activeElement;
  if (!focused) return "nothing has it";
  // A radio button that is drawn as its label has no place of its own.
  const shown = (focused.matches("input[type=radio], input[type=checkbox]") && focused.closest("label")) || focused;
  const { left, top, width, height } = shown.getBoundingClientRect();
  let over: Element | null = null;
  for (const x of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    for (const y of [0.2, 0.5, 0.8]) {
      const hit = document.elementFromPoint(left + x * width, top + y * height);
      if (hit && (shown.contains(hit) || hit.contains(shown))) return null;
      over ??= hit;
    }
  }
  return over ? over.outerHTML.slice(0, 200) : "it is out of sight";
}

/** Opens a dialog by its link or button, looks that the focus is kept and given back, and leaves it open. */
export async function opens(page: Page, keyboard: Keyboard, opener: Locator, heading: string | RegExp): Promise<Locator> {
  const dialog = page.getByRole("dialog", { name: heading });
  await keyboard.press(opener);
  await expect(dialog).toBeVisible();
  await expect.poll(() => dialog.evaluate((node) => node.contains(document.activeElement))).toBe(true);
  await keyboard.staysIn(dialog);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeVisible();
  return dialog;
}

/** The page that has the focus nowhere would begin at its top again with the next Tab. */
export async function focusIsSomewhere(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);
}

/** Something has the focus, and still has it when what was changed has been read again and drawn: that may take it away. */
export async function focusStays(page: Page): Promise<void> {
  const focused = () =>
    page.evaluate(async () => {
      for (let frame = 0; frame < 30; frame += 1) await new Promise(requestAnimationFrame);
      return document.activeElement === document.body ? "nothing" : "something";
    });
  await expect.poll(focused, "what has the focus").toBe("something");
}
