"""The rights of the people over what is kept of them: seeing it, receiving it, having it erased (domain.md, section 8.2)."""
