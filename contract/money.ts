/** Millionths of a US dollar. Money inside the portal is always this, never a float. */
export type MicroUsd = bigint & { readonly unit: 'microusd' }

export const microusd = (amount: bigint | number): MicroUsd => BigInt(amount) as MicroUsd

/** What tokens cost at a price per million of them, rounded half up to a whole micro-USD. */
export function microusdOfTokens(tokens: number, perMillion: MicroUsd): MicroUsd {
  return ((BigInt(tokens) * perMillion + 500_000n) / 1_000_000n) as MicroUsd
}

/** Decimal US dollars, as usage is shown on the wire. */
export const usdFromMicrousd = (amount: bigint): number => Number(amount) / 1_000_000

/** Decimal US dollars as whole micro-USD. */
export const microusdFromUsd = (usd: number): MicroUsd => microusd(Math.round(usd * 1_000_000))
