import type { Chunk } from '../queue/chunk.js';
import type { Outlet } from '../queue/reader.js';
import { textOf } from '../runtime/foreign.js';
import { loadPatiently } from '../runtime/load.js';
import { logToDiag } from '../runtime/otel-api.js';
import { warnOfSettings } from '../runtime/warnings.js';
import type { DeliveryOutlet, Wiring } from '../sender/wiring.js';
import { startThread } from '../thread/thread.js';

/** Loads what sends in this thread. */
export type OpenHere = (wiring: Wiring) => Promise<DeliveryOutlet>;

/** Is told when an outlet opens or ends. */
export interface OutletListener {
  /** Records can be taken from now on. */
  onOpen(): void;
  /** The outlet is gone, with the records that it had taken; the next one is on its way. */
  onGone(): void;
  /** No outlet could be opened. The next `open()` tries again. */
  onBroken(error: unknown): void;
}

/** An outlet that is opened when the first record comes: in a thread of its own where the settings say so, otherwise in this one. */
export class LateOutlet implements Outlet {
  /** `undefined` while it loads. */
  #outlet: DeliveryOutlet | undefined;
  #opening: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    private readonly wiring: Wiring,
    private readonly openHere: OpenHere,
    private readonly listener: OutletListener,
  ) {}

  open(): void {
    if (this.#outlet !== undefined || this.#opening !== undefined) return;
    if (this.wiring.config.thread) this.#openThread();
    else this.#openHere();
  }

  get hasRoom(): boolean {
    return this.#outlet?.hasRoom ?? false;
  }

  take(chunk: Chunk): void {
    this.#outlet?.take(chunk);
  }

  /** An end is near: tries at once what waits for another try. */
  hurry(): void {
    this.#outlet?.hurry();
  }

  /** Whether sending goes on without the event loop of this thread. */
  get isElsewhere(): boolean {
    return this.#outlet?.advance !== undefined;
  }

  /** Does what can be done without the event loop of this thread. Returns whether there may be more to do. */
  advance(): boolean {
    return this.#outlet?.advance?.() ?? false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening;
    await this.#outlet?.close();
  }

  #openThread(): void {
    try {
      this.#use(startThread(this.wiring, (cause) => this.#threadEnded(cause)));
    } catch (error) {
      warnOfSettings(
        `the background thread could not be started (${textOf(error)}); sending from the main thread`,
      );
      this.#openHere();
    }
  }

  #openHere(): void {
    const { clock, config } = this.wiring;
    const { maxElapsedMillis } = config.retry;
    const patience = { clock, maxElapsedMillis, isWanted: () => !this.#isClosed };
    this.#opening = loadPatiently(() => this.openHere(this.wiring), patience).then(
      (outlet) => this.#use(outlet),
      (error) => {
        this.#opening = undefined;
        this.listener.onBroken(error);
      },
    );
  }

  #use(outlet: DeliveryOutlet): void {
    this.#outlet = outlet;
    this.listener.onOpen();
  }

  /** The records that were with the thread are sent from here: perhaps a second time, but none is lost. */
  #threadEnded(cause: string): void {
    this.#outlet = undefined;
    if (this.#isClosed) return;
    logToDiag('warn', `the background thread has ended (${cause}); sending from the main thread`);
    this.listener.onGone();
    this.#openHere();
  }
}
