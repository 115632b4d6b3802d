import { countText, sizeText } from './words.ts'

/** What an organisation can be allowed in place of its plan's share; `step` is what one of the field's units is. */
export const overrideNames = [
  { name: 'requestsPerMinute', label: 'Requests a minute', unit: '', step: 1, show: countText },
  { name: 'tokensPerDay', label: 'Tokens a day', unit: '', step: 1, show: countText },
  { name: 'tokensPerMonth', label: 'Tokens a month', unit: '', step: 1, show: countText },
  { name: 'storageBytesMax', label: 'Storage', unit: ' MB', step: 1024 ** 2, show: sizeText },
] as const
