/**
 * Starts `send(index, done)` for each of `count`, with at most `limit` of them under way; settles when all are done.
 * @returns {Promise<void>}
 */
export function inFlight(count, limit, send) {
  return new Promise((resolve, reject) => {
    let started = 0;
    let finished = 0;
    let starting = false;
    const done = (error) => {
      if (error) return reject(error);
      finished += 1;
      if (finished === count) resolve();
      else start();
    };
    const start = () => {
      if (starting) return; // a send that is done at once must not start the next inside it
      starting = true;
      while (started < count && started - finished < limit) send(started++, done);
      starting = false;
    };
    start();
  });
}
