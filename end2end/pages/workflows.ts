import { type Locator, type Page, expect } from "@playwright/test";

import { accessible, visit } from "../support/test";

/** A step of the builder, by its number. */
export class Step {
  readonly box: Locator;

  constructor(page: Page, number: number) {
    this.box = page.getByRole("group", { name: `Step ${number}`, exact: true });
  }

  async does(kind: string, title: string): Promise<void> {
    await this.box.getByLabel("Does", { exact: true }).selectOption({ label: kind });
    await this.box.getByLabel("Title", { exact: true }).fill(title);
  }

  /** Types a word, and takes what is offered for it. */
  async about(word: string, model: string): Promise<void> {
    const field = this.box.getByLabel("What it is about", { exact: true });
    await field.pressSequentially(word);
    await expect(this.box.locator(`datalist option[value="${model}"]`)).toHaveCount(1);
    await field.fill(model);
    await field.press("Tab");
  }

  async condition(number: number, field: string, comparison?: string): Promise<Locator> {
    await this.box.getByRole("button", { name: "Add a condition" }).last().click();
    const row = this.box.getByRole("group", { name: "Condition", exact: true }).nth(number - 1);
    await isBegun(row);
    await row.getByLabel("Field", { exact: true }).selectOption(field);
    if (comparison) await row.getByLabel("Comparison", { exact: true }).selectOption({ label: comparison });
    return row;
  }

  async sets(number: number, field: string): Promise<Locator> {
    await this.box.getByRole("button", { name: "Set a field" }).click();
    const row = this.box.getByRole("group", { name: "Field and value", exact: true }).nth(number - 1);
    await isBegun(row);
    await row.getByLabel("Field", { exact: true }).selectOption(field);
    return row;
  }

  async takes(where: Locator, source: string | RegExp): Promise<void> {
    const select = where.getByLabel(/^Where it comes from/);
    const option = select.getByText(source, { exact: true }).first();
    await expect(option).toBeAttached();
    await select.selectOption({ label: (await option.textContent())! });
  }

  async tells(field: string): Promise<void> {
    await this.box.getByLabel("Add a field", { exact: true }).selectOption(field);
  }

  tryHere(): Promise<void> {
    return this.box.getByRole("button", { name: "Try up to here" }).click();
  }
}

/** A row of a field and a value that was just added: nothing in it is wrong yet, and it suits everybody. */
async function isBegun(row: Locator): Promise<void> {
  await expect(row.getByLabel("Value", { exact: true })).toBeVisible();
  await expect(row.locator("[aria-invalid]")).toHaveCount(0);
  await accessible(row.page());
}

/** The workflows page. */
export class Workflows {
  constructor(private readonly page: Page) {}

  open(): Promise<void> {
    return visit(this.page, "/workflows");
  }

  async begin(name: string, about: string): Promise<void> {
    await this.page.getByRole("link", { name: "New workflow" }).click();
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.getByLabel("What it is for", { exact: true }).fill(about);
  }

  async input(number: number, label: string, kind: string): Promise<Locator> {
    await this.page.getByRole("button", { name: "Add an input" }).click();
    const row = this.page.getByRole("group", { name: /^Input/ }).nth(number - 1);
    await expect(row).toBeVisible();
    await accessible(this.page);
    await row.getByLabel("Question", { exact: true }).fill(label);
    await row.getByLabel("Answer", { exact: true }).selectOption({ label: kind });
    return row;
  }

  async step(number: number): Promise<Step> {
    await this.page.getByRole("button", { name: "Add a step" }).click();
    return new Step(this.page, number);
  }

  async save(): Promise<void> {
    await this.page.getByRole("button", { name: "Save the draft" }).click();
    await expect(this.page.getByRole("heading", { name: "New workflow" })).toHaveCount(0);
  }

  /** Puts a workflow away, for whoever comes next. */
  async remove(name: string): Promise<void> {
    await this.card(name).getByRole("link", { name: "Remove" }).click();
    await this.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect(this.card(name)).toHaveCount(0);
  }

  card(name: string): Locator {
    return this.page.getByRole("article", { name, exact: true });
  }
}
