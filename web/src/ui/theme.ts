// The look of the portal, in one place: palette, type scale, radius, and what components are by default.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const pine: MantineColorsTuple = [
  '#edf6f3',
  '#d6ebe4',
  '#aed8cb',
  '#84c4b2',
  '#5fb09b',
  '#34947d',
  '#187a66',
  '#0d6455',
  '#0a5046',
  '#073c34',
]
const paper: MantineColorsTuple = [
  '#faf9f6',
  '#f3f1ec',
  '#e8e5de',
  '#d9d5cc',
  '#c0bab0',
  '#8f897f',
  '#69645c',
  '#55514a',
  '#3a3732',
  '#24221f',
]
const night: MantineColorsTuple = [
  '#e1e6e3',
  '#c5ccc8',
  '#9ea8a3',
  '#77827d',
  '#3b4542',
  '#2e3734',
  '#242c29',
  '#1a201e',
  '#131816',
  '#0d1110',
]
const brick: MantineColorsTuple = [
  '#fdf1ee',
  '#f9dcd5',
  '#f1b5a8',
  '#ea8f7c',
  '#e37059',
  '#d4543b',
  '#bd402a',
  '#a2331f',
  '#852818',
  '#661d11',
]
const honey: MantineColorsTuple = [
  '#fdf6e7',
  '#f8e8c4',
  '#f2d28c',
  '#ecbd5a',
  '#e0a637',
  '#bf8518',
  '#996709',
  '#7c5204',
  '#604003',
  '#452e02',
]

const sans =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'
const mono =
  'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace'

/** Mantine's theme. Sizes are rem; the scale is small because this is a tool people look at all day. */
export const theme = createTheme({
  colors: { pine, gray: paper, dark: night, red: brick, yellow: honey },
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 'md',
  radius: { xs: '0.25rem', sm: '0.375rem', md: '0.5rem', lg: '0.75rem', xl: '1.25rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2.25rem' },
  fontFamily: sans,
  fontFamilyMonospace: mono,
  fontSizes: { xs: '0.78rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: {
    fontFamily: sans,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '0.975rem', lineHeight: '1.4' },
    },
  },
  respectReducedMotion: true,
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Modal: {
      defaultProps: {
        centered: true,
        padding: 'lg',
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.45 },
      },
    },
    Menu: {
      defaultProps: {
        ...{ shadow: 'md', position: 'bottom-end' },
        // Within the landmark that it belongs to, and yet not cut off by a table that scrolls.
        ...{ withinPortal: false, floatingStrategy: 'fixed', withInitialFocusPlaceholder: false },
      },
    },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', miw: 'fit-content' } },
  },
})

/**
 * Where Mantine's own colours are too faint for AA on our surfaces, ours stand instead. The surfaces themselves are in
 * global.css: they must be there before any script.
 */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': paper[9],
    '--mantine-color-dimmed': paper[6],
    '--mantine-color-placeholder': paper[6],
    '--mantine-color-error': brick[7],
    '--mantine-color-default-border': paper[3],
    '--mantine-color-red-light': brick[0],
    '--mantine-color-red-light-color': brick[8],
    '--mantine-color-yellow-light': honey[0],
    '--mantine-color-yellow-light-color': honey[8],
  },
  dark: {
    '--mantine-color-text': night[0],
    '--mantine-color-dimmed': night[2],
    '--mantine-color-placeholder': night[2],
    '--mantine-color-error': brick[3],
    '--mantine-color-body': night[7],
    '--mantine-color-gray-light': night[5],
    '--mantine-color-gray-light-color': night[1],
    '--mantine-color-pine-light': 'rgb(95 176 155 / 16%)',
    '--mantine-color-pine-light-color': pine[2],
    '--mantine-color-red-light': 'rgb(212 84 59 / 16%)',
    '--mantine-color-red-light-color': brick[2],
    '--mantine-color-yellow-light': 'rgb(224 166 55 / 13%)',
    '--mantine-color-yellow-light-color': honey[2],
  },
})
