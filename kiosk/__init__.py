"""What happens between a tap and a thank-you."""
