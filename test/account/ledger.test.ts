import { describe, expect, it } from 'vitest';
import { Ledger } from '../../src/account/ledger.js';
import type { ToldLoss } from '../../src/types/account.js';

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
    ['delivered', (ledger) => ledger.deliver(2)],
    ['failed', (ledger) => ledger.fail('refused', 2, 'HTTP 404')],
  ])('refuses to count as %s more than is pending, and says so', (_, settle) => {
    const { ledger, losses, faults } = setup();
    ledger.accept(3);
    ledger.deliver(2);
    const before = ledger.stats();
    settle(ledger);
    expect(ledger.stats()).toEqual(before);
    expect(losses).toEqual([]);
    expect(faults).toEqual(['2 records would be settled, but 1 are pending; not counted']);
  });

  it('has counted a loss when the telling of it fails', () => {
    const ledger = new Ledger(() => {
      throw Object.create(null);
    });
    ledger.accept(1);
    ledger.fail('refused', 1, 'HTTP 404');
    ledger.drop('queue_full');
    expect(ledger.stats()).toMatchObject({ pending: 0, failed: { refused: 1 }, dropped: { queue_full: 1 } });
  });
});
