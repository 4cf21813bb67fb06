/** Shipped with the pages: a bare screen has no Chinese font, and must not fetch one from the Internet. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/noto-sans-sc/wght.css';
