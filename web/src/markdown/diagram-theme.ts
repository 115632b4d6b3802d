const sans =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'

const light = {
  ...{ background: '#ffffff', mainBkg: '#edf6f3', textColor: '#24221f', lineColor: '#69645c' },
  ...{ primaryColor: '#edf6f3', primaryTextColor: '#24221f', primaryBorderColor: '#34947d' },
  ...{ secondaryColor: '#fdf6e7', secondaryTextColor: '#24221f', secondaryBorderColor: '#bf8518' },
  ...{ tertiaryColor: '#faf9f6', tertiaryTextColor: '#24221f', tertiaryBorderColor: '#c0bab0' },
  ...{ noteBkgColor: '#fdf6e7', noteTextColor: '#24221f', noteBorderColor: '#e0a637' },
  ...{ edgeLabelBackground: '#ffffff' },
}

const dark = {
  ...{ background: '#1a201e', mainBkg: '#0a5046', textColor: '#e1e6e3', lineColor: '#9ea8a3' },
  ...{ primaryColor: '#0a5046', primaryTextColor: '#e1e6e3', primaryBorderColor: '#34947d' },
  ...{ secondaryColor: '#604003', secondaryTextColor: '#e1e6e3', secondaryBorderColor: '#bf8518' },
  ...{ tertiaryColor: '#242c29', tertiaryTextColor: '#e1e6e3', tertiaryBorderColor: '#77827d' },
  ...{ noteBkgColor: '#604003', noteTextColor: '#e1e6e3', noteBorderColor: '#bf8518' },
  ...{ edgeLabelBackground: '#1a201e' },
}

const colours = { light, dark }

/** The portal's colours as Mermaid's theme `base` takes them. */
export const themeVariables = (theme: keyof typeof colours) => ({
  ...colours[theme],
  ...{ darkMode: theme === 'dark', fontFamily: sans, fontSize: '14px' },
})
