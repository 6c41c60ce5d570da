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
  }

  /** What has the focus, or what stands around it, is drawn so that one sees it. */
  async seesFocus(): Promise<void> {
    const drawn = await this.page.evaluate(() => {
      let node: Element | null = document.activeElement;
      // A card or a chip shows the focus of the box within it.
      for (let up = 0; node && up < 3; up += 1, node = node.parentElement) {
        const style = getComputedStyle(node);
        const outlined = style.outlineStyle !== "none" && style.outlineColor !== "rgba(0, 0, 0, 0)";
        if (outlined || (style.boxShadow !== "none" && /\b(2|4)px/.test(style.boxShadow))) return true;
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
