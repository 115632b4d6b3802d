import { countText, shareText, sizeText } from './words.ts'

/** What an organisation can be allowed in place of its plan's share; `step` is what one of the field's units is. */
export const overrideNames = [
  { name: 'requestsPerMinute', label: 'Requests a minute', unit: '', step: 1, show: countText },
  { name: 'tokensPerDay', label: 'Tokens a day', unit: '', step: 1, show: countText },
  { name: 'tokensPerMonth', label: 'Tokens a month', unit: '', step: 1, show: countText },
  { name: 'tokenCeilingPercent', label: 'Where use of them ends', unit: ' %', step: 1, show: shareText },
  { name: 'keysMax', label: 'API keys', unit: '', step: 1, show: countText },
  { name: 'parallelMax', label: 'Requests at once', unit: '', step: 1, show: countText },
  { name: 'storageBytesMax', label: 'Storage', unit: ' MB', step: 1024 ** 2, show: sizeText },
] as const
