// What a picture costs is the model's business; this is the middle of what vendors publish.
const tokensPerImage = 1000

/** What of a request is to be looked at, and the characters its data takes. */
export type Media = { count: number; characters: number }

export const mediaTokens = ({ count }: Media): number => count * tokensPerImage
