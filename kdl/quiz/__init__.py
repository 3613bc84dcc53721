"""The quiz engine: items in Markdown, compiled to items.json, asked and judged without Markdown, Keras or NumPy."""
