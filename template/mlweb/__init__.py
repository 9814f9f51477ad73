"""Train in Python, run in the browser, prove that both compute the same. One module per verb."""
