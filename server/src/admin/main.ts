import { runAdmin } from './run-admin.ts'

process.exitCode = await runAdmin({
  args: process.argv.slice(2),
  // biome-ignore lint/style/noProcessEnv: the environment of an operator's command enters here and nowhere else
  environment: process.env,
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
  terminal: { input: process.stdin, prompt: (text) => void process.stderr.write(text) },
})
