/** What a file is: its media type as IANA lists it, `text/plain` where a language has none, and what it is used as. */
export type FileType = { mediaType: string; kind: 'image' | 'document' | 'data' | 'code' | 'video' }

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Types that are told by bytes alone, under the names of the library that tells them. */
export const binaryTypes: Record<string, FileType> = {
  'image/png': { mediaType: 'image/png', kind: 'image' },
  // An animated PNG is a PNG to whoever shows its first frame.
  'image/apng': { mediaType: 'image/png', kind: 'image' },
  'image/jpeg': { mediaType: 'image/jpeg', kind: 'image' },
  'image/gif': { mediaType: 'image/gif', kind: 'image' },
  'image/webp': { mediaType: 'image/webp', kind: 'image' },
  'application/pdf': { mediaType: 'application/pdf', kind: 'document' },
  'application/rtf': { mediaType: 'application/rtf', kind: 'document' },
  [docx]: { mediaType: docx, kind: 'document' },
  [xlsx]: { mediaType: xlsx, kind: 'data' },
  'video/mp4': { mediaType: 'video/mp4', kind: 'video' },
  'video/webm': { mediaType: 'video/webm', kind: 'video' },
  'video/quicktime': { mediaType: 'video/quicktime', kind: 'video' },
}

/** Types in containers, by the name's extension. */
export const compoundTypes: Record<string, FileType> = {
  doc: { mediaType: 'application/msword', kind: 'document' },
  docx: { mediaType: docx, kind: 'document' },
  xlsx: { mediaType: xlsx, kind: 'data' },
}

const documents = { 'text/plain': 'txt text log', 'text/markdown': 'md markdown' }

const data = {
  'text/csv': 'csv',
  'text/tab-separated-values': 'tsv tab',
  'application/json': 'json geojson ipynb',
  'application/jsonl': 'jsonl ndjson',
  'application/xml': 'xml xsd xsl xslt',
}

const code = {
  'text/javascript': 'js mjs cjs',
  'text/html': 'html htm',
  'text/css': 'css',
  'application/yaml': 'yaml yml',
  'application/toml': 'toml',
  'application/sql': 'sql',
  'text/plain': [
    'ts mts cts jsx tsx vue svelte astro scss sass less py pyi java kt kts scala groovy gradle go rs c h cc cpp cxx',
    'hh hpp hxx cs fs fsx vb rb php swift m mm dart lua r pl pm jl hs elm ex exs erl clj cljs lisp el scm ml mli nim',
    'zig v sv vhd vhdl asm s pas f f90 cob sol sh bash zsh fish ps1 bat cmd awk tcl tf hcl nix proto graphql gql',
    'prisma cmake mk dockerfile makefile ini cfg conf env properties editorconfig gitignore diff patch tex bib rst',
    'adoc org srt vtt',
  ].join(' '),
}

/** Types of text, by the name's extension, or by the whole name where it has none. */
export const textTypes: Record<string, FileType> = {
  svg: { mediaType: 'image/svg+xml', kind: 'image' },
  ...byExtension(code, 'code'),
  ...byExtension(data, 'data'),
  ...byExtension(documents, 'document'),
}

function byExtension(types: Record<string, string>, kind: FileType['kind']): Record<string, FileType> {
  return Object.fromEntries(
    Object.entries(types).flatMap(([mediaType, extensions]) =>
      extensions.split(' ').map((extension) => [extension, { mediaType, kind }]),
    ),
  )
}
