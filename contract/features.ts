import { z } from 'zod'

/** What administrators can switch off and on, and what that does. Each closes the doors that name it. */
export const features = {
  'sign-up':
    'New people sign up by themselves. Accounts that are made for them, and signing in, work in any case.',
  'api-keys': 'API keys are made and regenerated. Those that exist go on working.',
  uploads: 'Files are uploaded. Those that are stored stay readable.',
  videos: 'Videos are among them.',
  'chat-sharing': 'Chats are shared by links. Switched off, links that exist lead nowhere.',
  'remote-images': 'Pictures from elsewhere are loaded into answers when somebody asks.',
  voice: 'Questions are asked by speaking.',
} as const satisfies Record<string, string>

/** Something that can be switched off. */
export type Feature = keyof typeof features
export const Feature = z.enum(Object.keys(features) as [Feature, ...Feature[]])
