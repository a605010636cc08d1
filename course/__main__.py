"""`python -m course`: the command, where it is not on the path."""

from course.cli import main

if __name__ == "__main__":
    main()
