"""The pages that letters to former members lead to: what is kept of them, how often they are written to, what they are asked."""
