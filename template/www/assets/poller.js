// Asking again: soon while something happens, ever later while nothing does or the API is away,
// and not at all while nobody looks.

export class Poller {
  #task; #least; #most; #pause; #timer = null; #isRunning = false; #isWanted = false; #again = false;

  /** The task answers whether something goes on; it is asked again after `least` milliseconds then. */
  constructor(task, { least = 2000, most = 20_000 } = {}) {
    this.#task = task;
    [this.#least, this.#most, this.#pause] = [least, most, least];
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) clearTimeout(this.#timer);
      else if (this.#isWanted) this.soon();
    });
    addEventListener("online", () => { if (this.#isWanted) this.soon(); });
  }

  start() {
    this.#isWanted = true;
    this.soon();
  }

  stop() {
    this.#isWanted = false;
    clearTimeout(this.#timer);
  }

  /** Asks now, and quickly for a while. */
  soon() {
    this.#pause = this.#least;
    clearTimeout(this.#timer);
    if (this.#isRunning) this.#again = true;
    else this.#run();
  }

  async #run() {
    this.#isRunning = true;
    let isBusy = false;
    try {
      isBusy = await this.#task();
    } finally {
      this.#isRunning = false;
      this.#pause = isBusy ? this.#least : Math.min(this.#pause * 1.5, this.#most);
      const pause = this.#again ? 0 : this.#pause;
      this.#again = false;
      if (this.#isWanted && !document.hidden) this.#timer = setTimeout(() => this.#run(), pause);
    }
  }
}
