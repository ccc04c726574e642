import { describe, expect, it } from 'vitest';
import type { ToldLoss } from '../src/account.js';
import { Ledger } from '../src/ledger.js';

function setup() {
  const losses: ToldLoss[] = [];
  const faults: string[] = [];
  const ledger = new Ledger(
    (loss) => losses.push(loss),
    (fault) => faults.push(fault),
  );
  return { ledger, losses, faults };
}

describe('a ledger', () => {
  it.each<[settling: string, settle: (ledger: Ledger) => void]>([
    ['delivered', (ledger) => ledger.deliver(2, 20)],
    ['failed', (ledger) => ledger.fail('refused', 2, 20, 'HTTP 404')],
  ])('refuses to count as %s more than is pending, and says so', (_, settle) => {
    const { ledger, losses, faults } = setup();
    ledger.accept(3, 30);
    ledger.deliver(2, 20);
    const before = ledger.stats();
    settle(ledger);
    expect(ledger.stats()).toEqual(before);
    expect(ledger.pendingBytes).toBe(10);
    expect(losses).toEqual([]);
    expect(faults).toEqual(['2 records would be settled, but 1 are pending; not counted']);
  });

  it('has no fewer than no bytes pending', () => {
    const { ledger } = setup();
    ledger.accept(1, 10);
    ledger.recharge(-15);
    expect(ledger.pendingBytes).toBe(0);
    ledger.accept(1, 10);
    ledger.deliver(2, 15);
    expect(ledger.pendingBytes).toBe(0);
  });

  it('has counted a loss when the telling of it fails', () => {
    const ledger = new Ledger(() => {
      throw Object.create(null);
    });
    ledger.accept(1, 10);
    ledger.fail('refused', 1, 10, 'HTTP 404');
    ledger.drop('queue_full');
    expect(ledger.stats()).toMatchObject({ pending: 0, failed: { refused: 1 }, dropped: { queue_full: 1 } });
  });
});
