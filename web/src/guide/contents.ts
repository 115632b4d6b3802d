/** One page of docs/guide: its file's name, its title, and what one finds there. */
export type GuidePage = { name: string; title: string; about: string }

/** The guide's pages in the order in which somebody new reads them. */
export const guideParts: readonly { title: string; pages: readonly GuidePage[] }[] = [
  {
    title: 'Begin',
    pages: [
      {
        ...{ name: 'getting-started', title: 'Getting started' },
        about: 'From a first key to a first answer, with curl, JavaScript and Python.',
      },
      {
        ...{ name: 'migrate-from-openai', title: 'Migrate from OpenAI' },
        about: 'What to change in a program that calls OpenAI, line by line.',
      },
      {
        ...{ name: 'migrate-from-claude', title: 'Migrate from Claude' },
        about: 'The same for Anthropic’s API, and how to connect Claude Code.',
      },
    ],
  },
  {
    title: 'Use the API',
    pages: [
      {
        ...{ name: 'authentication', title: 'Authentication' },
        about: 'How programs show their key, and what an answer of 401 or 403 means.',
      },
      {
        ...{ name: 'api-keys', title: 'API keys' },
        about: 'Permissions, limits, addresses, expiry, rotation and revocation.',
      },
      {
        ...{ name: 'models', title: 'Models' },
        about: 'Which models there are, what they can do and what they cost.',
      },
      {
        ...{ name: 'chat-completions', title: 'Chat completions' },
        about: 'The request in detail: messages, images, structured answers, token counts.',
      },
      {
        ...{ name: 'streaming', title: 'Streaming' },
        about: 'Receive an answer while it is being made.',
      },
      {
        ...{ name: 'function-calling', title: 'Function calling' },
        about: 'Let a model use your own code as tools.',
      },
      {
        ...{ name: 'limits-and-errors', title: 'Limits and errors' },
        about: 'What can be refused, how it is said, and when to try again.',
      },
    ],
  },
  {
    title: 'Your account',
    pages: [
      {
        ...{ name: 'chat', title: 'Chat' },
        about: 'Ask models in the browser: branches, instructions and what is kept.',
      },
      {
        ...{ name: 'files', title: 'Files in chats' },
        about: 'Attach pictures, documents, data, code and videos, and what models get of them.',
      },
      {
        ...{ name: 'voice', title: 'Voice input' },
        about: 'Speak instead of typing, and what to do when nobody hears you.',
      },
      {
        ...{ name: 'usage', title: 'Usage' },
        about: 'What the figures of the dashboard mean, and how programs read them.',
      },
      {
        ...{ name: 'alerts', title: 'Alerts and webhooks' },
        about: 'Be told by mail, Slack or a signed webhook before tokens or money are gone.',
      },
      {
        ...{ name: 'sign-in', title: 'Signing in' },
        about: 'Passwords, two-factor sign-in, backup codes and linked accounts.',
      },
      {
        ...{ name: 'passkeys', title: 'Passkeys' },
        about: 'Sign in with a fingerprint, a face, a PIN or a security key.',
      },
      {
        ...{ name: 'organisations', title: 'Organisations' },
        about: 'Members, roles, invitations and who may do what.',
      },
    ],
  },
  {
    title: 'Run a portal',
    pages: [
      {
        ...{ name: 'self-hosting', title: 'Self-hosting' },
        about: 'Accounts, data, backups and running it for others.',
      },
      {
        ...{ name: 'connect-a-model', title: 'Connect a model' },
        about: 'Vendors, local servers, routing and prices.',
      },
      {
        ...{ name: 'monitoring', title: 'Monitoring' },
        about: 'Prometheus, a dashboard for Grafana, and OpenTelemetry.',
      },
      {
        ...{ name: 'change-models', title: 'Change models while it runs' },
        about: 'Add, test, drain and switch off providers and models in the browser.',
      },
      {
        ...{ name: 'configuration', title: 'Configuration' },
        about: 'Every environment variable and what it does.',
      },
      {
        ...{ name: 'status', title: 'Status' },
        about: 'What the status page shows, how it knows, and how to write about incidents.',
      },
      {
        ...{ name: 'administration', title: 'Administration' },
        about: 'Users, organisations, limits, jobs and switches, without a shell.',
      },
      { name: 'mail', title: 'Mail', about: 'Which mails are sent, and how to send them for real.' },
    ],
  },
]

/** Every page, one after the other. */
export const guidePages: readonly GuidePage[] = guideParts.flatMap(({ pages }) => pages)
