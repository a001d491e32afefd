"""What customers say: answers, and the indices made of them."""
