/* The pages before sign-in follow the theme that was chosen in Settings, in this browser. */
try {
  const scheme = { Light: 'light', Dark: 'dark' }[window.localStorage.getItem('dashboard-theme')]
  if (scheme) document.documentElement.style.colorScheme = scheme
} catch {
  // a browser that keeps nothing shows what its system says
}
