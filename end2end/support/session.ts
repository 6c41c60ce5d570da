import { type APIRequestContext, expect, request as requests } from "@playwright/test";

import type { Aidoo } from "./servers";

/** A member of the demonstration's company, as `demo.env` names them. */
export type Who = "OWNER" | "ADMIN" | "MEMBER" | "MEMBER2";

type State = Awaited<ReturnType<APIRequestContext["storageState"]>>;

/** Somebody who is signed in, and asks for what the pages ask for, without a page. */
export class Session {
  private constructor(
    readonly server: Aidoo,
    readonly request: APIRequestContext,
    /** Their company. */
    readonly company: string,
    /** Their membership in it. */
    readonly member: string,
  ) {}

  static async signIn(server: Aidoo, email: string, password: string): Promise<Session> {
    const extraHTTPHeaders = { Origin: server.url, Accept: "application/json" };
    const request = await requests.newContext({ baseURL: server.url, extraHTTPHeaders });
    const form = { "input[email]": email, "input[password]": password, "input[next]": "" };
    const answer = await request.post("/api/accounts/sign_in", { form });
    expect(answer.ok(), await answer.text()).toBe(true);
    const viewer = await (await request.post("/api/accounts/viewer", { form: {} })).json();
    return new Session(server, request, viewer.current.company, viewer.current.member);
  }

  static of(server: Aidoo, who: Who): Promise<Session> {
    return Session.signIn(server, server.env[`AIDOO_${who}_EMAIL`], server.env[`AIDOO_${who}_PASSWORD`]);
  }

  /** What a browser needs to be signed in as they are. */
  state(): Promise<State> {
    return this.request.storageState();
  }

  /** Sends a form of these fields, and gives what is answered. */
  async form<T = unknown>(path: string, fields: Record<string, string> | [string, string][]): Promise<T> {
    const body = new URLSearchParams(fields).toString();
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    return this.read(await this.request.post(`/api/${path}`, { data: body, headers }), path);
  }

  /** Sends JSON, and gives what is answered. */
  async json<T = unknown>(path: string, data: object): Promise<T> {
    return this.read(await this.request.post(`/api/${path}`, { data }), path);
  }

  /** Makes a key and gives it. */
  async key(name: string, permissions: string, more: object = {}): Promise<{ id: string; key: string }> {
    const request = `req_${crypto.randomUUID().replaceAll("-", "")}`;
    const { company, member } = this;
    const input = { company, member, request, name, permissions, expiry: "never", ...more };
    return this.json("api_keys/create", { input });
  }

  /** The members of the company, by their e-mail. */
  async members(): Promise<Map<string, string>> {
    const team = await this.form<{ members: { email: string; member: string }[] }>("team/team", { company: this.company });
    return new Map(team.members.map(({ email, member }) => [email, member]));
  }

  /** Invites somebody, and gives the invitation and its link. */
  async invite(email: string, role = "member"): Promise<{ invitation: string; url: string }> {
    const { company } = this;
    return this.form("team/invite", { "input[company]": company, "input[email]": email, "input[role]": role });
  }

  /** Makes a link by which the member with this e-mail sets a new password, and gives it. */
  async resetLink(email: string): Promise<string> {
    const member = (await this.members()).get(email)!;
    const fields = { "input[company]": this.company, "input[member]": member };
    return (await this.form<{ url: string }>("team/make_reset_link", fields)).url;
  }

  private async read<T>(answer: Awaited<ReturnType<APIRequestContext["post"]>>, path: string): Promise<T> {
    const text = await answer.text();
    expect(answer.ok(), `${path}: ${answer.status()} ${text}`).toBe(true);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}

/** Options of a browser that is signed in as this person. */
export async function signedIn(session: Session): Promise<{ storageState: State }> {
  return { storageState: await session.state() };
}

