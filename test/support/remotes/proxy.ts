import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a client asks for: it sends refs, or wants to know or have something. */
export type Exchange = 'push' | 'fetch';

/** What happens to one exchange, from the first byte of what it asks (a push: its commands and pack). */
export type Fault =
  | { readonly kind: 'none' }
  /** The request arrives this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing arrives, and the connection ends. */
  | { readonly kind: 'drop-request' }
  /** The server carries the request out, and the connection ends before its first word. */
  | { readonly kind: 'drop-reply' }
  /** The connection ends at once, and the request arrives this much later all the same. */
  | { readonly kind: 'late'; readonly ms: number }
  /** The request arrives a second time, after the answer to the first. */
  | { readonly kind: 'twice' }
  /** The connection ends after so many bytes of the request, or of the reply to a request that is carried out. */
  | { readonly kind: 'cut'; readonly side: 'request' | 'reply'; readonly bytes: number }
  /** Nobody answers, and the connection stays open. */
  | { readonly kind: 'hang' };

export type Proxy = {
  readonly port: number;
  /** How often each kind of fault met each exchange: `push drop-reply`. */
  readonly met: ReadonlyMap<string, number>;
  /** Decides about each exchange from now on. */
  behave(how: (exchange: Exchange) => Fault): void;
  /** Waits until everything that was passed on is carried out, however late. */
  settled(): Promise<void>;
  end(): Promise<void>;
};

const NONE: Fault = { kind: 'none' };

/** Between a server on the loopback, `git daemon` or http, and its clients: it passes on what they say, except for faults. */
export async function proxyBefore(port: number): Promise<Proxy> {
  let choose: (exchange: Exchange) => Fault = () => NONE;
  const met = new Map<string, number>();
  const open = new Set<Socket>();
  const pending = new Set<Promise<unknown>>();
  const faultOf = (exchange: Exchange) => {
    const fault = choose(exchange);
    const name = `${exchange} ${fault.kind}`;
    met.set(name, (met.get(name) ?? 0) + 1);
    return fault;
  };
  const upstream = () => tracked(connect({ port, host: '127.0.0.1', noDelay: true }));
  const tracked = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
    socket.setTimeout(IDLE_MS_MAX, () => socket.destroy());
    return socket;
  };
  const server = createServer({ noDelay: true }, (client) => {
    const connection = new Connection(tracked(client), upstream, faultOf);
    const done = connection.carriedOut.finally(() => pending.delete(done));
    pending.add(done);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    met,
    behave: (how) => {
      choose = how;
    },
    settled: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
    end: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Nothing that is still of use is silent for longer. */
const IDLE_MS_MAX = 60_000;

/** A client that waits for an answer says nothing for so long. */
const SILENCE_MS = 40;

/** One connection of a client. Its exchanges follow each other: a client says nothing new before it has its answer. */
class Connection {
  /** Settles when the server has nothing more to do for this connection. */
  readonly carriedOut: Promise<void>;
  readonly #client: Socket;
  readonly #upstream: () => Socket;
  readonly #faultOf: (exchange: Exchange) => Fault;
  #server: Socket;
  /** What the client said before the request that a fault may meet; over http nothing. */
  #greeting: Buffer = Buffer.alloc(0);
  #request: Buffer[] = [];
  #replied = 0;
  #tail = '';
  #fault: Fault | null = null;
  #exchange: Exchange = 'fetch';
  #isHttp = false;
  #isGreeted = false;
  #repeating: Promise<void> = Promise.resolve();
  #settle: () => void = () => undefined;

  constructor(client: Socket, upstream: () => Socket, faultOf: (exchange: Exchange) => Fault) {
    this.carriedOut = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#client = client;
    this.#upstream = upstream;
    this.#faultOf = faultOf;
    this.#server = upstream();
    this.#listen();
    client.on('data', (chunk: Buffer) => this.#hear(chunk));
    client.on('close', () => this.#fault?.kind === 'late' || this.#server.end());
  }

  #listen(): void {
    this.#server.on('data', (chunk: Buffer) => this.#answer(chunk));
    this.#server.on('close', () => {
      this.#client.end();
      void this.#repeating.then(this.#settle);
    });
  }

  #hear(chunk: Buffer): void {
    if (!this.#isGreeted) {
      this.#greet(chunk);
      return;
    }
    if (this.#isHttp && this.#replied > 0) this.#next();
    if (this.#fault === null) this.#meet(chunk);
    this.#pass(chunk);
  }

  /** The first bytes name the service. With `git daemon` they are a packet of their own, and the server speaks next. */
  #greet(chunk: Buffer): void {
    const first = Buffer.concat([this.#greeting, chunk]);
    const length = lengthOfPacket(first);
    this.#greeting = first.subarray(0, length);
    if (first.length < length) return;
    this.#isGreeted = true;
    this.#isHttp = length === 0;
    this.#exchange = this.#greeting.includes('git-receive-pack') ? 'push' : 'fetch';
    if (length > 0) this.#server.write(this.#greeting);
    if (first.length > length) this.#hear(first.subarray(length));
  }

  /** Over http, the client's next request begins. */
  #next(): void {
    this.#fault = null;
    this.#request = [];
    this.#replied = 0;
    this.#tail = '';
  }

  #meet(chunk: Buffer): void {
    const line = chunk.toString('latin1', 0, 400).split('\r\n', 1)[0] as string;
    if (this.#isHttp) this.#exchange = line.includes('receive-pack') ? 'push' : 'fetch';
    // A question for the refs is part of what follows it.
    this.#fault = this.#isHttp && !line.startsWith('POST ') ? NONE : this.#faultOf(this.#exchange);
    this.#replied = 0;
    if (this.#fault.kind === 'drop-request') this.#cut();
    if (this.#fault.kind === 'late') void this.#deliverLate(this.#fault.ms);
  }

  #pass(chunk: Buffer): void {
    const fault = this.#fault as Fault;
    this.#request.push(chunk);
    const sent = this.#request.reduce((sum, { length }) => sum + length, 0);
    if (fault.kind === 'late' || fault.kind === 'hang' || fault.kind === 'drop-request') return;
    if (fault.kind === 'delay') void sleep(fault.ms).then(() => this.#server.write(chunk));
    else if (fault.kind === 'cut' && fault.side === 'request' && sent > fault.bytes) {
      this.#server.write(chunk.subarray(0, Math.max(0, chunk.length - (sent - fault.bytes))));
      this.#cut();
    } else this.#server.write(chunk);
  }

  #answer(chunk: Buffer): void {
    const fault = this.#fault ?? NONE;
    const before = this.#replied;
    this.#replied += chunk.length;
    this.#tail = (this.#tail + chunk.toString('latin1')).slice(-7);
    if (fault.kind === 'drop-reply' || fault.kind === 'late') {
      // A server that has said its last word over http keeps the connection; one that is asked for objects waits for more.
      if (this.#exchange === 'fetch' || (this.#isHttp && this.#isLast(this.#tail))) this.#cut();
      return;
    }
    if (fault.kind === 'cut' && fault.side === 'reply' && this.#replied > fault.bytes) {
      if (before <= fault.bytes) this.#client.end(chunk.subarray(0, fault.bytes - before));
      return;
    }
    this.#client.write(chunk);
    if (fault.kind === 'twice' && this.#exchange === 'push' && this.#isLast(this.#tail)) this.#repeating = this.#repeat();
  }

  /** Returns whether a reply that ends like this is whole: the last chunk of http, or the flush packet after a report. */
  #isLast(tail: string): boolean {
    return tail.endsWith(this.#isHttp ? '\r\n0\r\n\r\n' : '0000');
  }

  #cut(): void {
    this.#client.destroy();
    this.#server.end();
  }

  /** Waits for the whole request, hangs up, and delivers it when nobody expects it any more. */
  async #deliverLate(ms: number): Promise<void> {
    for (let heard = -1; heard < this.#request.length; await sleep(SILENCE_MS)) heard = this.#request.length;
    this.#client.destroy();
    await sleep(ms);
    this.#server.write(Buffer.concat(this.#request));
    if (!this.#isHttp) this.#server.end();
  }

  async #repeat(): Promise<void> {
    this.#fault = NONE;
    const again = this.#upstream();
    if (this.#greeting.length > 0) {
      again.write(this.#greeting);
      await Promise.race([once(again, 'data'), once(again, 'close')]);
    }
    again.write(Buffer.concat(this.#request));
    let tail = '';
    again.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString('latin1')).slice(-7);
      if (this.#isLast(tail)) again.end();
    });
    if (!again.closed) await once(again, 'close');
  }
}

/** Returns how long the packet is that begins here, as its first four bytes say; 0 if this is http. */
function lengthOfPacket(bytes: Buffer): number {
  if (bytes.length < 4) return 4;
  const digits = bytes.toString('latin1', 0, 4);
  return /^[0-9a-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : 0;
}
