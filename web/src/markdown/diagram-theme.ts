const sans =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'

const light = {
  ...{ background: '#ffffff', mainBkg: '#edf6f3', textColor: '#24221f', lineColor: '#69645c' },
  ...{ primaryColor: '#edf6f3', primaryTextColor: '#24221f', primaryBorderColor: '#34947d' },
  ...{ secondaryColor: '#fdf6e7', secondaryTextColor: '#24221f', secondaryBorderColor: '#bf8518' },
  ...{ tertiaryColor: '#faf9f6', tertiaryTextColor: '#24221f', tertiaryBorderColor: '#c0bab0' },
  ...{ noteBkgColor: '#fdf6e7', noteTextColor: '#24221f', noteBorderColor: '#e0a637' },
  ...{ edgeLabelBackground: '#ffffff', gridColor: '#c0bab0', todayLineColor: '#bd402a' },
  ...{ pieStrokeColor: '#ffffff', pieOuterStrokeColor: '#ffffff' },
  ...{ sectionBkgColor: '#f3f1ec', altSectionBkgColor: '#ffffff' },
  ...{ doneTaskBkgColor: '#e8e5de', doneTaskBorderColor: '#8f897f' },
  ...{ activeTaskBkgColor: '#aed8cb', activeTaskBorderColor: '#0d6455' },
  ...{ critBkgColor: '#f9dcd5', critBorderColor: '#bd402a' },
}

const dark = {
  ...{ background: '#1a201e', mainBkg: '#0a5046', textColor: '#e1e6e3', lineColor: '#9ea8a3' },
  ...{ primaryColor: '#0a5046', primaryTextColor: '#e1e6e3', primaryBorderColor: '#34947d' },
  ...{ secondaryColor: '#604003', secondaryTextColor: '#e1e6e3', secondaryBorderColor: '#bf8518' },
  ...{ tertiaryColor: '#242c29', tertiaryTextColor: '#e1e6e3', tertiaryBorderColor: '#77827d' },
  ...{ noteBkgColor: '#604003', noteTextColor: '#e1e6e3', noteBorderColor: '#bf8518' },
  ...{ edgeLabelBackground: '#1a201e', gridColor: '#3b4542', todayLineColor: '#ea8f7c' },
  ...{ pieStrokeColor: '#1a201e', pieOuterStrokeColor: '#1a201e' },
  ...{ sectionBkgColor: '#3b4542', altSectionBkgColor: '#1a201e' },
  ...{ doneTaskBkgColor: '#3b4542', doneTaskBorderColor: '#77827d' },
  ...{ activeTaskBkgColor: '#0d6455', activeTaskBorderColor: '#84c4b2' },
  ...{ critBkgColor: '#852818', critBorderColor: '#ea8f7c' },
}

// Branches, times, slices and bars: words can be read on each, and each can be seen on its ground.
const hues = {
  light: { words: '#24221f', grounds: ['#84c4b2', '#ecbd5a', '#a9bfe0', '#ea8f7c', '#c7b1d9', '#c0bab0'] },
  dark: { words: '#ffffff', grounds: ['#187a66', '#996709', '#4a6fa5', '#bd402a', '#7d5a9e', '#706b63'] },
}

function scaleOf({ words, grounds }: (typeof hues)['light']) {
  const each = [...grounds, ...grounds].flatMap((ground, i) => [
    ...[`cScale${i}`, `git${i}`, `pie${i + 1}`].map((name) => [name, ground]),
    ...[`cScaleLabel${i}`, `gitBranchLabel${i}`].map((name) => [name, words]),
  ])
  return {
    ...Object.fromEntries(each),
    ...{ pieSectionTextColor: words, pieOpacity: '1' },
    xyChart: { plotColorPalette: grounds.join(',') },
  }
}

const colours = { light, dark }

/** The portal's colours as Mermaid's theme `base` takes them. */
export const themeVariables = (theme: keyof typeof colours) => ({
  ...colours[theme],
  ...scaleOf(hues[theme]),
  ...{ darkMode: theme === 'dark', fontFamily: sans, fontSize: '14px' },
})

/** What the theme's own sheet leaves black: the lines of a chart's dates. */
export const themeCss = (theme: keyof typeof colours): string =>
  `.grid .tick line { stroke: ${colours[theme].gridColor} }`
