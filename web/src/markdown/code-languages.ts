// The languages that code is coloured in: what each is called, and its grammar, a part of the build of its own.
import type { LanguageRegistration } from '@shikijs/core'

/** A language's grammar, with those of the languages that occur within it. */
export type Grammars = LanguageRegistration[]
type Language = { label: string; names: string; load: () => Promise<{ default: Grammars }> }

// The first name is the grammar's own.
const languages: readonly Language[] = [
  { label: 'C', names: 'c h', load: () => import('@shikijs/langs/c') },
  { label: 'C++', names: 'cpp c++ cc cxx hpp', load: () => import('@shikijs/langs/cpp') },
  { label: 'C#', names: 'csharp c# cs', load: () => import('@shikijs/langs/csharp') },
  { label: 'CSS', names: 'css', load: () => import('@shikijs/langs/css') },
  { label: 'Dart', names: 'dart', load: () => import('@shikijs/langs/dart') },
  { label: 'Diff', names: 'diff patch', load: () => import('@shikijs/langs/diff') },
  { label: 'Dockerfile', names: 'docker dockerfile', load: () => import('@shikijs/langs/docker') },
  { label: 'Elixir', names: 'elixir ex exs', load: () => import('@shikijs/langs/elixir') },
  { label: 'Go', names: 'go golang', load: () => import('@shikijs/langs/go') },
  { label: 'GraphQL', names: 'graphql gql', load: () => import('@shikijs/langs/graphql') },
  { label: 'HTML', names: 'html htm', load: () => import('@shikijs/langs/html') },
  { label: 'INI', names: 'ini properties', load: () => import('@shikijs/langs/ini') },
  { label: 'Java', names: 'java', load: () => import('@shikijs/langs/java') },
  { label: 'JavaScript', names: 'javascript js mjs cjs', load: () => import('@shikijs/langs/javascript') },
  { label: 'JSON', names: 'json', load: () => import('@shikijs/langs/json') },
  { label: 'JSX', names: 'jsx', load: () => import('@shikijs/langs/jsx') },
  { label: 'Kotlin', names: 'kotlin kt kts', load: () => import('@shikijs/langs/kotlin') },
  { label: 'Lua', names: 'lua', load: () => import('@shikijs/langs/lua') },
  { label: 'Makefile', names: 'make makefile', load: () => import('@shikijs/langs/make') },
  { label: 'Markdown', names: 'markdown md', load: () => import('@shikijs/langs/markdown') },
  { label: 'Mermaid', names: 'mermaid', load: () => import('@shikijs/langs/mermaid') },
  { label: 'Nginx', names: 'nginx', load: () => import('@shikijs/langs/nginx') },
  { label: 'Perl', names: 'perl pl', load: () => import('@shikijs/langs/perl') },
  { label: 'PHP', names: 'php', load: () => import('@shikijs/langs/php') },
  { label: 'PowerShell', names: 'powershell ps1 pwsh', load: () => import('@shikijs/langs/powershell') },
  { label: 'Python', names: 'python py', load: () => import('@shikijs/langs/python') },
  { label: 'R', names: 'r', load: () => import('@shikijs/langs/r') },
  { label: 'Ruby', names: 'ruby rb', load: () => import('@shikijs/langs/ruby') },
  { label: 'Rust', names: 'rust rs', load: () => import('@shikijs/langs/rust') },
  { label: 'Scala', names: 'scala', load: () => import('@shikijs/langs/scala') },
  {
    ...{ label: 'Shell', names: 'shellscript bash sh zsh shell' },
    load: () => import('@shikijs/langs/shellscript'),
  },
  { label: 'SQL', names: 'sql', load: () => import('@shikijs/langs/sql') },
  { label: 'Swift', names: 'swift', load: () => import('@shikijs/langs/swift') },
  { label: 'TOML', names: 'toml', load: () => import('@shikijs/langs/toml') },
  { label: 'TSX', names: 'tsx', load: () => import('@shikijs/langs/tsx') },
  { label: 'TypeScript', names: 'typescript ts mts cts', load: () => import('@shikijs/langs/typescript') },
  { label: 'XML', names: 'xml svg', load: () => import('@shikijs/langs/xml') },
  { label: 'YAML', names: 'yaml yml', load: () => import('@shikijs/langs/yaml') },
]

const byName = new Map(
  languages.flatMap((each) => each.names.split(' ').map((name) => [name, each] as const)),
)

/** What a fence is written in, for people; as the fence says it where it is none of ours. */
export const languageLabel = (name: string): string =>
  byName.get(name.toLowerCase())?.label ?? (name || 'Text')

/** The grammar of a language by any of its names, and how it calls itself; null for one that has no colours. */
export function grammarOf(name: string): { id: string; load: () => Promise<Grammars> } | null {
  const language = byName.get(name.toLowerCase())
  if (!language) return null
  return { id: language.names.split(' ')[0] ?? name, load: async () => (await language.load()).default }
}
