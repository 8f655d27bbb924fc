import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { GitHttpRequest, GitHttpResponse } from 'isomorphic-git';
import type { Cut } from '../../../ports/uncloned-refs.ts';
import { assertPacketLines } from './packet-lines.ts';

/** What may be received, and how long that may take. */
export type Limits = { readonly bytesMax: number; readonly ms: number };

/** A limit was reached before the answer was whole. */
export class LimitReached extends Error {
  readonly cut: Cut;

  constructor(cut: Cut) {
    super(cut.what);
    this.cut = cut;
  }
}

/** Talks to one server within limits, as isomorphic-git asks for it. Follows the redirects of the first question. */
export class LimitedHttp {
  readonly #address: string;
  readonly #authorization: string | null;
  readonly #limits: Limits;
  readonly #ending: AbortSignal;
  readonly #ca: string[] | undefined;
  /** Where the repository is: its address, or where the server sent the first question. */
  #base: string;
  #received = 0;

  /** @param address without credentials */
  constructor(address: string, authorization: string | null, limits: Limits) {
    this.#address = address;
    this.#base = address;
    this.#authorization = authorization;
    this.#limits = limits;
    this.#ending = AbortSignal.timeout(limits.ms);
    this.#ca = ownCertificates();
  }

  /**
   * Answers isomorphic-git, with whole answers only. It takes a list for whole whose end never came or is broken: what is missing
   * in it would look free.
   */
  readonly request = async (question: GitHttpRequest): Promise<GitHttpResponse> => {
    const answer = await this.ask(question);
    const body = await whole(answer.body as AsyncIterable<Uint8Array>);
    if (answer.statusCode === 200) assertPacketLines(body);
    return { ...answer, body: oneOf(body) };
  };

  /** Returns an answer whose body comes as it is received. */
  async ask({ url, method = 'GET', headers = {}, body }: GitHttpRequest): Promise<GitHttpResponse> {
    const sent = body === undefined ? undefined : await whole(body);
    let target = this.#base + url.slice(this.#address.length);
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#send(target, method, headers, sent);
      const { statusCode = 0, statusMessage = '', headers: fields } = answer;
      const next = statusCode >= 300 && statusCode < 400 ? fields.location : undefined;
      if (next === undefined || method !== 'GET') {
        if (statusCode === 200) this.#base = target.slice(0, target.length - (url.length - this.#address.length));
        return { url: target, method, statusCode, statusMessage, headers: textsOf(fields), body: this.#pieces(answer) };
      }
      answer.destroy();
      if (hops === REDIRECTS_MAX) throw new Error('it redirects in circles');
      target = this.#followed(target, next, url.slice(this.#address.length));
    }
  }

  /** Returns where a redirect leads. It must not leave encryption, and must be the same question to another place. */
  #followed(from: string, location: string, question: string): string {
    const to = new URL(location, from);
    if (to.protocol !== new URL(from).protocol) throw new Error(`it redirects to ${to.protocol}//, which is not followed`);
    if (!to.href.endsWith(question)) throw new Error('it redirects to something that is no repository');
    to.username = '';
    to.password = '';
    return to.href;
  }

  #send(url: string, method: string, headers: Record<string, string>, body: Buffer | undefined): Promise<IncomingMessage> {
    const isSameServer = new URL(url).origin === new URL(this.#address).origin;
    const authorization = this.#authorization !== null && isSameServer ? { authorization: this.#authorization } : {};
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const [request, ca] = url.startsWith('https:') ? [requestHttps, this.#ca] : [requestHttp, undefined];
    return new Promise((resolve, reject) => {
      const options = { method, headers: { ...headers, ...length, ...authorization }, signal: this.#ending, agent: false };
      const sending = request(url, ca === undefined ? options : { ...options, ca }, resolve);
      sending.on('error', (error) => reject(this.#outcome(error)));
      sending.end(body);
    });
  }

  async *#pieces(answer: IncomingMessage): AsyncIterableIterator<Uint8Array> {
    try {
      for await (const piece of answer as AsyncIterable<Buffer>) {
        this.#received += piece.length;
        if (this.#received > this.#limits.bytesMax) throw new LimitReached({ what: 'bytes', max: this.#limits.bytesMax });
        yield piece;
      }
    } catch (error) {
      throw this.#outcome(error);
    } finally {
      answer.destroy();
    }
  }

  /** An aborted request fails in many ways; that the time is over is why. */
  #outcome(error: unknown): unknown {
    if (error instanceof LimitReached || !this.#ending.aborted) return error;
    return new LimitReached({ what: 'time', max: this.#limits.ms });
  }
}

const REDIRECTS_MAX = 5;

export async function* oneOf(bytes: Buffer): AsyncIterableIterator<Uint8Array> {
  yield bytes;
}

async function whole(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

function textsOf(fields: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

/**
 * Returns the certificates to trust, with those of `NODE_EXTRA_CA_CERTS`: bin/git-claim hides the variable from Node while it
 * starts. A file that cannot be read is ignored, as Node ignores it.
 */
function ownCertificates(): string[] | undefined {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  if (!file) return undefined;
  try {
    return [...rootCertificates, readFileSync(file, 'utf8')];
  } catch {
    return undefined;
  }
}
