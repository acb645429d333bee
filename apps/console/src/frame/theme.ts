import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** The blue of whatever can be followed or pressed. Shade 7 on white, and 3 on the dark ground, have more than 4.5:1. */
const INK: MantineColorsTuple = [
  '#eef5fb',
  '#d8e7f4',
  '#b0cee9',
  '#85b4de',
  '#5f9cd3',
  '#3f86c4',
  '#2a72b2',
  '#1b5e8a',
  '#164c71',
  '#103a57',
]

/** Grey with a little of the blue, so that the dark ground is calm and not black. */
const DARK: MantineColorsTuple = [
  '#e6e9ee',
  '#c9d0d9',
  '#a3adbb',
  '#7a8594',
  '#4a5462',
  '#39424e',
  '#2a323d',
  '#1b2129',
  '#14181e',
  '#0e1116',
]

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 6 },
  colors: { ink: INK, dark: DARK },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem' },
      h3: { fontSize: '0.9375rem' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    // It is no banner of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
    SegmentedControl: { defaultProps: { transitionDuration: 0 } },
    Tooltip: { defaultProps: { openDelay: 300 } },
  },
})

/** Where Mantine's own greys are too pale to read: WCAG 2.2 asks for 4.5:1. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fbfbfa',
    '--mantine-color-text': '#1c2430',
    '--mantine-color-dimmed': '#566173',
    '--mantine-color-placeholder': '#667085',
    '--mantine-color-error': '#a3202f',
    '--mantine-color-anchor': '#1b5e8a',
    '--ground-raised': '#ffffff',
    '--line': '#e1e5ea',
    '--seal': '#8a2432',
  },
  dark: {
    '--mantine-color-body': '#14181e',
    '--mantine-color-text': '#e6e9ee',
    '--mantine-color-dimmed': '#a3adbb',
    '--mantine-color-placeholder': '#98a2b1',
    '--mantine-color-error': '#f29aa4',
    '--mantine-color-anchor': '#85b4de',
    '--ground-raised': '#1b2129',
    '--line': '#2d3642',
    '--seal': '#f0929d',
  },
})
